package io.jenkins.plugins.k8srollout.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class CheckCommandTest {
    private static final String OLD_FOLDER = "../src/test/resources/manifests/legacy";

    @Rule
    public TemporaryFolder folder = new TemporaryFolder();

    private final CommandLineFixture cli = new CommandLineFixture();

    @Test
    public void oldFolderIsExplainedInOneRun() throws IOException {
        assertThat(cli.run("check", "-f", OLD_FOLDER, "-o", "json"), equalTo(ExitCode.CHECK_ERRORS));

        JsonNode result = new ObjectMapper().readTree(cli.out());
        Set<String> rules = new TreeSet<>();
        result.path("findings").forEach(finding -> {
            rules.add(finding.path("rule").asText());
            assertThat(finding.toString(), finding.path("line").asInt() > 0, equalTo(true));
            assertThat(finding.toString(), finding.path("fix").asText(), not(emptyString()));
        });
        assertThat(
                rules,
                hasItems(
                        "memory-in-milli-units",
                        "volume-never-mounted",
                        "password-in-env",
                        "node-port-range",
                        "docker-config",
                        "unknown-kind"));
        assertThat(result.path("upgrades").size(), equalTo(2));
    }

    @Test
    public void jsonAloneGoesToStandardOutput() throws IOException {
        cli.run("check", "-f", OLD_FOLDER, "-o", "json");
        assertThat(new ObjectMapper().readTree(cli.out()).isObject(), equalTo(true));
    }

    @Test
    public void secretsAreNeverShown() {
        cli.run("check", "-f", OLD_FOLDER);
        assertThat(cli.out() + cli.err(), not(containsString("correct-horse")));
    }

    @Test
    public void cleanFolderIsFine() throws IOException {
        Path file = folder.newFile("config.yaml").toPath();
        Files.writeString(file, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {a: b}\n");
        assertThat(cli.run("check", "-f", file.toString()), equalTo(ExitCode.OK));
        assertThat(cli.out(), containsString("0 errors, 0 warnings"));
    }

    @Test
    public void fileWithoutAnyObjectIsRefusedByName() throws IOException {
        Path file = folder.newFile("empty.yaml").toPath();
        Files.writeString(file, "# nothing yet\n");
        assertThat(cli.run("check", "-f", file.toString()), equalTo(ExitCode.USAGE));
        assertThat(cli.err(), containsString("empty.yaml: there is no object in them"));
    }

    @Test
    public void refusalIsToldInJsonToo() throws IOException {
        assertThat(cli.run("check", "-f", "no-such-folder", "-o", "json"), equalTo(ExitCode.USAGE));
        JsonNode problem = new ObjectMapper().readTree(cli.out()).path("problem");
        assertThat(problem.path("kind").asText(), equalTo("refused-input"));
        assertThat(problem.path("sentence").asText(), containsString("no-such-folder"));
        assertThat(cli.err().strip(), equalTo(problem.path("sentence").asText()));
    }

    @Test
    public void unknownVersionIsRefusedWithTheKnownOnes() {
        assertThat(cli.run("check", "-f", OLD_FOLDER, "--kubernetes-version", "nineteen"), equalTo(ExitCode.USAGE));
        assertThat(cli.err(), containsString("nineteen"));
    }

    @Test
    public void missingFileIsRefusedByName() {
        assertThat(cli.run("check", "-f", "no-such-folder"), equalTo(ExitCode.USAGE));
        assertThat(cli.err(), containsString("no-such-folder"));
    }
}
