package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.testutil.HangingServer;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.Rule;
import org.junit.Test;

public class WebQuestionTest {
    @Rule
    public final HangingServer server = new HangingServer();

    @Test
    public void anAnswerWithoutAnEndKeepsNobodyReading() throws Exception {
        URI address = URI.create("http://" + server.authority() + "/");
        CompletableFuture<Void> asked = CompletableFuture.runAsync(() -> {
            WebQuestion.UnansweredException e = assertThrows(
                    WebQuestion.UnansweredException.class, () -> WebQuestion.ask(address, 1000, a -> a.body()));
            assertThat(e.getMessage(), containsString("no complete answer within 10 s"));
        });
        try (Socket caller = server.awaitCaller()) {
            caller.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfirst".getBytes(StandardCharsets.US_ASCII));

            asked.get();

            HangingServer.awaitHangup(caller);
        }
    }
}
