package io.jenkins.plugins.k8srollout.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.e2e.OwnNamespace;
import io.jenkins.plugins.k8srollout.e2e.Testbed;
import java.io.IOException;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Test;

/** Years-old manifests, their errors mended and nothing else, become a healthy release of whatever version this is. */
public class LegacyFolderClusterTest {
    @ClassRule
    public static final OwnNamespace NAMESPACE = new OwnNamespace("e2e-legacy");

    private static final String MENDED = "../src/test/resources/manifests/legacy-mended";

    private final CommandLineFixture cli = new CommandLineFixture();

    @Before
    public void readEnvironment() {
        cli.with("KUBECONFIG", System.getenv("KUBECONFIG"));
    }

    @Test
    public void isReleasedThenReleasedAgainWithoutAChange() throws IOException {
        assertThat(cli.run("check", "-f", MENDED), equalTo(ExitCode.OK));

        JsonNode first = release();
        assertThat(first.path("outcome").asText(), equalTo("healthy"));
        assertThat(first.path("objects").size(), greaterThan(5));
        assertThat(
                changes(first, "created") + changes(first, "unchanged"),
                equalTo(first.path("objects").size()));
        assertThat(
                "Ingress, Deployment or their definition",
                first.path("upgrades").size(),
                greaterThan(0));

        JsonNode second = release();
        assertThat(second.path("outcome").asText(), equalTo("healthy"));
        assertThat(changes(second, "unchanged"), equalTo(second.path("objects").size()));
    }

    private JsonNode release() throws IOException {
        int code = cli.run(
                "rollout",
                "-f",
                MENDED,
                "-n",
                NAMESPACE.name(),
                "--image",
                "web=" + Testbed.registry() + "/base/web:1",
                "--timeout",
                "2m",
                "-o",
                "json");
        assertThat(cli.err(), code, equalTo(ExitCode.OK));
        return new ObjectMapper().readTree(cli.out());
    }

    private static int changes(JsonNode record, String change) {
        int count = 0;
        for (JsonNode object : record.path("objects")) {
            count += object.path("change").asText().equals(change) ? 1 : 0;
        }
        return count;
    }
}
