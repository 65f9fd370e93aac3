package io.jenkins.plugins.k8srollout.engine.image.registry;

import static io.jenkins.plugins.k8srollout.engine.image.registry.RegistryFixture.PASSWORD;
import static io.jenkins.plugins.k8srollout.engine.image.registry.RegistryFixture.problem;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.testutil.LeapScheduler;
import io.jenkins.plugins.k8srollout.testutil.ManualScheduler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class DockerConfigTest {
    private static final RegistryCredentials ANN = RegistryCredentials.password("ann", PASSWORD);
    private static final String AUTH =
            Base64.getEncoder().encodeToString(("ann:" + PASSWORD).getBytes(StandardCharsets.UTF_8));

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void entriesAreFoundByHostHoweverTheyAreWritten() {
        DockerConfig config = config("""
                {"auths": {"r.example.com:5000": {"auth": "%1$s"},
                           "https://old.example.com/v1/": {"auth": "%1$s"},
                           "https://index.docker.io/v1/": {"auth": "%1$s"},
                           "plain.example.com": {"username": "ann", "password": "%2$s"},
                           "token.example.com": {"auth": "%1$s", "identitytoken": "idt"},
                           "empty.example.com": {}}}
                """.formatted(AUTH, PASSWORD));
        for (String registry :
                new String[] {"r.example.com:5000", "old.example.com", "docker.io", "plain.example.com"}) {
            assertThat(registry, config.stored(registry), is(Optional.of(ANN)));
        }
        assertThat(config.stored("token.example.com"), is(Optional.of(RegistryCredentials.identityToken("idt"))));
        assertThat(config.stored("empty.example.com"), is(Optional.empty()));
        assertThat(config.stored("r.example.com"), is(Optional.empty()));
        assertThat(config.toString(), not(containsString(AUTH)));
    }

    @Test
    public void aHelperOfTheRegistryComesBeforeTheStore() {
        DockerConfig config = config(
                "{\"credsStore\":\"pass\",\"credHelpers\":{\"ecr.example.com\":\"ecr-login\",\"bad\":\"../x\"}}");
        assertThat(config.helper("ecr.example.com"), is(Optional.of("ecr-login")));
        assertThat(config.helper("other.example.com"), is(Optional.of("pass")));
        assertThat(problem(() -> config.helper("bad")).reason(), containsString("'../x' is not the name"));
        assertThat(DockerConfig.empty().helper("other.example.com"), is(Optional.empty()));
    }

    @Test
    public void brokenFilesAreRefusedWithoutTheirContent() {
        Problem problem = problem(() -> config("{\n\"auths\": " + PASSWORD));
        assertThat(problem.kind(), is(Problem.Kind.REFUSED_INPUT));
        assertThat(problem.sentence(), containsString("config.json: it is not JSON (line 2)"));
        assertThat(problem(() -> config("[]")).reason(), is("it is not a JSON object"));
        for (String auth : new String[] {"%%%", "YW5u"}) {
            DockerConfig config = config("{\"auths\":{\"r\":{\"auth\":\"" + auth + "\"}}}");
            assertThat(problem(() -> config.stored("r")).reason(), containsString("not user:password in base64"));
        }
    }

    @Test
    public void theFileIsFoundByEnvironmentOrHome() throws IOException {
        Path home = folder.getRoot().toPath();
        assertThat(DockerCredentials.ofUser(Map.of(), home).of("r"), is(RegistryCredentials.anonymous()));
        Files.createDirectory(home.resolve(".docker"));
        Files.writeString(home.resolve(".docker/config.json"), "{\"auths\":{\"r\":{\"auth\":\"" + AUTH + "\"}}}");
        assertThat(DockerCredentials.ofUser(Map.of(), home).of("r"), is(ANN));
        Map<String, String> elsewhere =
                Map.of("DOCKER_CONFIG", folder.newFolder().toString());
        assertThat(DockerCredentials.ofUser(elsewhere, home).of("r"), is(RegistryCredentials.anonymous()));
    }

    @Test
    public void aHelperIsAskedOnStandardInput() throws IOException {
        program(
                "test",
                "read server; [ \"$1\" = get ] && printf '{\"ServerURL\":\"%s\",\"Username\":\"ann\"," + "\"Secret\":\""
                        + PASSWORD + "\"}' \"$server\"");
        assertThat(credentials("test").of("r.example.com"), is(ANN));
    }

    @Test
    public void aHelpersTokenIsAnIdentityToken() throws IOException {
        program("test", "echo '{\"Username\":\"<token>\",\"Secret\":\"idt\"}'");
        assertThat(credentials("test").of("r"), is(RegistryCredentials.identityToken("idt")));
    }

    @Test
    public void aHelperThatKnowsNothingLeavesTheFile() throws IOException {
        program("test", "echo 'credentials not found in native keychain'; exit 1");
        assertThat(credentials("test").of("r"), is(RegistryCredentials.anonymous()));
    }

    @Test
    public void helpersThatFailAreNamedWithoutWhatTheyPrinted() throws IOException {
        program("failing", "echo " + PASSWORD + "; exit 3");
        program("babbling", "echo " + PASSWORD);
        assertThat(problem(() -> credentials("failing").of("r")).reason(), is("it ended with status 3"));
        assertThat(problem(() -> credentials("babbling").of("r")).reason(), is("it printed no JSON"));
        assertThat(problem(() -> credentials("absent").of("r")).reason(), containsString("no such program"));
    }

    @Test
    public void aHelperThatHangsIsEnded() throws IOException {
        program("hanging", "exec tail -f /dev/null");
        // the clock leaps over the limit at once
        assertThat(
                problem(() -> credentials("hanging", new LeapScheduler()).of("r"))
                        .reason(),
                is("it did not answer within 30 s"));
    }

    @Test
    public void aHelperThatHangsIsEndedWithTheProgramsItWaitsFor() throws IOException, InterruptedException {
        Path up = folder.getRoot().toPath().resolve("up");
        assertThat(new ProcessBuilder("mkfifo", up.toString()).start().waitFor(), is(0));
        program("hanging", "tail -f /dev/null & echo up > " + up + "; wait");
        Scheduler leap = new LeapScheduler();
        Scheduler onceItIsUp = new Scheduler() {
            @Override
            public Instant now() {
                return leap.now();
            }

            @Override
            public Cancellable after(Duration delay, Runnable task) {
                return leap.after(delay, () -> {
                    read(up);
                    task.run();
                });
            }
        };
        assertThat(
                problem(() -> credentials("hanging", onceItIsUp).of("r")).reason(),
                is("it did not answer within 30 s"));
    }

    private static void read(Path fifo) {
        try {
            Files.readString(fifo);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DockerCredentials credentials(String helper) {
        return credentials(helper, new ManualScheduler());
    }

    private DockerCredentials credentials(String helper, Scheduler scheduler) {
        return new DockerCredentials(
                config("{\"credsStore\":\"" + helper + "\"}"), new CredentialHelper(folder.getRoot() + "/", scheduler));
    }

    private void program(String name, String script) throws IOException {
        Path file = folder.getRoot().toPath().resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private static DockerConfig config(String json) {
        return DockerConfig.parse(json, "config.json");
    }
}
