package io.jenkins.plugins.k8srollout.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.testutil.FakeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** {@code build-image --cascade} with a registry in memory. */
public class CascadeCommandTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final FakeRegistry registry = new FakeRegistry();
    private final CommandLineFixture cli = new CommandLineFixture();
    private Path images;

    @Before
    public void sources() throws IOException {
        images = folder.newFolder("images").toPath();
        write("system", "FROM scratch\nENV A=1\n");
        write("app/web", "FROM " + registry.authority() + "/base/system\nENV B=1\n");
    }

    @After
    public void close() {
        registry.close();
    }

    private void write(String name, String dockerfile) throws IOException {
        Files.createDirectories(images.resolve(name));
        Files.writeString(images.resolve(name).resolve("Dockerfile"), dockerfile);
    }

    private int run(String... more) {
        List<String> all = new ArrayList<>(List.of(
                "build-image",
                "--cascade",
                images.toString(),
                "--image",
                registry.authority() + "/base",
                "--plain-http",
                registry.authority(),
                "--cache",
                folder.getRoot() + "/cache"));
        all.addAll(List.of(more));
        return cli.run(all.toArray(String[]::new));
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(cli.out());
    }

    @Test
    public void planPrintsTheGraphAndBuildsNothing() throws IOException {
        assertThat(cli.err(), run("--plan"), equalTo(ExitCode.OK));
        assertThat(
                cli.out().replace("\r", ""),
                equalTo("cascade of 2 images: 1 changed, 1 built on changed ones, 0 unchanged\n"
                        + "  system: to build, changed\n"
                        + "    app/web: to build, because of system\n"));
        assertThat(run("--plan", "-o", "json"), equalTo(ExitCode.OK));
        assertThat(json().at("/images/0/state").asText(), equalTo("changed"));
        assertThat(json().at("/images/1/state").asText(), equalTo("follows"));
        assertThat(json().at("/images/1/bases/0/folder").asText(), equalTo("system"));
        assertThat(registry.manifest("base/system", "latest"), nullValue());
    }

    @Test
    public void resultsAreToldByImage() throws IOException {
        assertThat(cli.err(), run("-o", "json", "--tag", "v1"), equalTo(ExitCode.OK));
        assertThat(json().at("/images/1/state").asText(), equalTo("built"));
        String pinned = json().at("/images/1/pinned").asText();
        assertThat(run("--tag", "v2"), equalTo(ExitCode.OK));
        assertThat(cli.out(), allOf(containsString("app/web: skipped, it is unchanged"), containsString(pinned)));
        write("app/web", "FROM " + registry.authority() + "/base/system\nCOPY none /\n");
        write("app/more", "FROM " + registry.authority() + "/base/app/web\n");
        assertThat("the rest is built", run("-o", "json"), equalTo(ExitCode.UNHEALTHY));
        assertThat(json().at("/images/0/state").asText(), equalTo("unchanged"));
        assertThat(json().at("/images/1/problem").asText(), containsString("app/web/Dockerfile:2"));
        assertThat(json().at("/images/2/state").asText(), equalTo("not-begun"));
        assertThat(json().at("/images/2/because").asText(), equalTo("app/web"));
        assertThat(cli.err(), containsString("1 of 3 images failed"));
    }

    @Test
    public void whatDoesNotGoTogetherIsRefused() {
        String[][] table = {
            {"--no-push"}, {"--target", "x"}, {"--scan", "high"}, {"--parallel", "0"}, {"--dockerfile", "a/b"}, {"."},
        };
        for (String[] row : table) {
            assertThat(row[0], run(row), equalTo(ExitCode.USAGE));
        }
        assertThat(cli.run("build-image", "--image", "r.io/x", "--plan"), equalTo(ExitCode.USAGE));
        assertThat(cli.err(), containsString("--plan: it belongs to --cascade"));
    }
}
