package io.jenkins.plugins.k8srollout.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class ClusterSessionTest {
    private static final String KUBECONFIG = """
            apiVersion: v1
            kind: Config
            current-context: test
            contexts:
              - {name: test, context: {cluster: k, user: u, namespace: shop}}
              - {name: plain, context: {cluster: k, user: u}}
            clusters: [{name: k, cluster: {server: "https://127.0.0.1:1"}}]
            users: [{name: u, user: {token: some-token}}]
            """;

    @Rule
    public TemporaryFolder folder = new TemporaryFolder();

    private final ClusterOptions options = new ClusterOptions();

    @Before
    public void writeKubeconfig() throws IOException {
        Path file = folder.newFile("config").toPath();
        Files.writeString(file, KUBECONFIG);
        options.kubeconfig = file;
    }

    @Test
    public void namespaceIsThatOfTheContextUnlessGiven() {
        assertThat(namespace(), equalTo("shop"));
        options.context = "plain";
        assertThat(namespace(), equalTo("default"));
        options.namespace = "other";
        assertThat(namespace(), equalTo("other"));
    }

    @Test
    public void interruptCancelsAndStillTellsHowItEnded() throws InterruptedException {
        try (ClusterSession session = session()) {
            Thread.currentThread().interrupt();
            String told = session.await((Consumer<String> done) -> () -> done.accept("as things stand"));
            assertThat(told, equalTo("as things stand"));
        }
    }

    private String namespace() {
        try (ClusterSession session = session()) {
            return session.namespace();
        }
    }

    private ClusterSession session() {
        return new ClusterSession(
                options, new Console(System.in, System.out, System.err, false, Map.of()), ProgressSink.NONE);
    }
}
