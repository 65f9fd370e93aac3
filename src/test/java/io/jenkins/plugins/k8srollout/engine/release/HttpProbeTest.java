package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.k8srollout.engine.model.HttpCheck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

public class HttpProbeTest {
    private final HttpProbe probe = new HttpProbe();
    private HttpServer server;

    @Before
    public void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer("/ok", 200, "status: UP");
        answer("/broken", 503, "down");
        answer("/long", 200, "x".repeat(100_000) + "UP");
        server.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().add("Location", "/ok");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.start();
    }

    @After
    public void stop() {
        server.stop(0);
    }

    @Test
    public void expectedStatusPasses() {
        assertThat(attempt("/ok", 200, ""), equalTo(Optional.empty()));
        assertThat(attempt("/broken", 503, ""), equalTo(Optional.empty()));
    }

    @Test
    public void otherStatusIsNamed() {
        assertThat(attempt("/broken", 200, ""), equalTo(Optional.of("status 503 instead of 200")));
    }

    @Test
    public void redirectIsAnAnswerNotAWay() {
        assertThat(attempt("/moved", 200, ""), equalTo(Optional.of("status 302 instead of 200")));
    }

    @Test
    public void bodyIsSearchedForThePattern() {
        assertThat(attempt("/ok", 200, "\\bUP\\b"), equalTo(Optional.empty()));
        assertThat(attempt("/ok", 200, "DOWN").orElseThrow(), containsString("the answer does not contain DOWN"));
    }

    @Test
    public void patternThatNeverEndsIsAnAnswerToo() {
        answer("/xs", 200, "x".repeat(200));
        assertThat(attempt("/xs", 200, "(x+x+)+y").isPresent(), is(true));
    }

    @Test
    public void patternThatNeedsTooMuchStackIsAnAnswerToo() {
        answer("/lines", 200, "line\n".repeat(12_000));
        assertThat(
                attempt("/lines", 200, "(.|\\n)*UP").orElseThrow(),
                containsString("the answer is too long for the pattern"));
    }

    @Test
    public void onlyTheBeginningOfALongAnswerIsRead() {
        assertThat(attempt("/long", 200, "UP").isPresent(), is(true));
    }

    @Test
    public void refusedConnectionIsToldInWords() {
        int port = server.getAddress().getPort();
        server.stop(0);
        HttpCheck check = HttpCheck.parse("http://127.0.0.1:" + port + "/ok", 200, "");
        assertThat(probe.attempt(check).orElseThrow(), equalTo("cannot connect"));
    }

    private Optional<String> attempt(String path, int status, String body) {
        return probe.attempt(
                HttpCheck.parse("http://127.0.0.1:" + server.getAddress().getPort() + path, status, body));
    }

    private void answer(String path, int status, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        server.createContext(path, exchange -> {
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }
}
