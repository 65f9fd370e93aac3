package io.jenkins.plugins.k8srollout.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.testutil.FakeRegistry;
import io.jenkins.plugins.k8srollout.testutil.ScriptedServer;
import io.jenkins.plugins.k8srollout.testutil.ScriptedServer.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Bad input to the command line that needs no cluster; the table of all rows is at {@link BadInputClusterTest}. */
public class BadInputTest {
    private static final String USER = "robot";
    private static final String PASSWORD = "right-password";

    @Rule
    public TemporaryFolder folder = new TemporaryFolder();

    private final CommandLineFixture cli = new CommandLineFixture();
    private final FakeRegistry registry = new FakeRegistry(ScriptedServer.start());
    private Path context;

    @Before
    public void makeProject() throws IOException {
        context = folder.newFolder("project").toPath();
        Files.writeString(folder.getRoot().toPath().resolve("secret.txt"), "not for the image");
        Files.writeString(context.resolve("index.html"), "hello");
        Files.createSymbolicLink(context.resolve("link"), Path.of("../secret.txt"));
        cli.with("HOME", folder.getRoot().toString());
    }

    @After
    public void close() {
        registry.close();
    }

    @Test
    public void copyOfWhatLiesAboveTheContext() throws IOException {
        refused(
                ExitCode.USAGE,
                build("COPY ../secret.txt /"),
                "Dockerfile:2",
                "../secret.txt",
                "is not in the build context");
        assertThat("nothing was sent", registry.server().lines(), empty());
    }

    @Test
    public void copyOfALinkThatLeadsAboveTheContext() throws IOException {
        refused(ExitCode.USAGE, build("COPY link /"), "Dockerfile:2", "'link'", "which is not in the build context");
        assertThat("nothing was sent", registry.server().lines(), empty());
    }

    @Test
    public void malformedImageName() throws IOException {
        List<String> arguments = build("COPY index.html /");
        arguments.set(arguments.indexOf("--image") + 1, registry.authority() + "/Shop/web");
        refused(ExitCode.USAGE, arguments, "Shop/web", "lower case");
    }

    @Test
    public void wrongPassword() throws IOException {
        askFor(registry);
        cli.with("REGISTRY_PASSWORD", "very-secret-and-wrong");
        List<String> arguments = build("COPY index.html /");
        arguments.addAll(List.of("--registry-user", USER));
        refused(ExitCode.NO_ACCESS, arguments, registry.authority() + "/shop/web", "refused user 'robot'", "401");
        assertThat(registry.manifest("shop/web", "v1"), nullValue());
    }

    @Test
    public void noCredentials() throws IOException {
        askFor(registry);
        refused(ExitCode.NO_ACCESS, build("COPY index.html /"), registry.authority(), "Choose credentials");
    }

    @Test
    public void userWithoutAPassword() throws IOException {
        List<String> arguments = build("COPY index.html /");
        arguments.addAll(List.of("--registry-user", USER));
        refused(ExitCode.USAGE, arguments, USER, "REGISTRY_PASSWORD");
    }

    /** Who wrote the Dockerfile may not be who may push: a base image's registry must not be able to ask for the login. */
    @Test
    public void loginGoesToTheRegistryOfTheImageOnly() throws IOException {
        try (FakeRegistry foreign = new FakeRegistry(ScriptedServer.start())) {
            askFor(foreign);
            cli.with("REGISTRY_PASSWORD", "very-secret");
            List<String> arguments = build("COPY index.html /");
            Files.writeString(
                    context.resolve("Dockerfile"), "FROM " + foreign.authority() + "/base/evil:1\nCOPY index.html /\n");
            arguments.addAll(List.of("--registry-user", USER, "--plain-http", foreign.authority()));

            refused(ExitCode.NO_ACCESS, arguments, foreign.authority(), "Choose credentials");

            assertThat(
                    foreign.server().requests().stream()
                            .map(seen -> seen.header("Authorization"))
                            .distinct()
                            .toList(),
                    equalTo(List.of("")));
        }
    }

    @Test
    public void wrongPasswordAtARealRegistry() throws IOException, InterruptedException {
        try (HtpasswdRegistry real =
                HtpasswdRegistry.start(folder.newFolder("registry").toPath())) {
            List<String> arguments = build("COPY index.html /");
            arguments.replaceAll(word -> word.replace(registry.authority(), real.authority()));
            arguments.addAll(List.of("--registry-user", HtpasswdRegistry.USER));
            cli.with("REGISTRY_PASSWORD", "very-secret-and-wrong");
            refused(ExitCode.NO_ACCESS, arguments, real.authority(), "refused user '" + HtpasswdRegistry.USER);
            cli.with("REGISTRY_PASSWORD", HtpasswdRegistry.PASSWORD);
            int code = cli.run(arguments.toArray(new String[0]));
            assertThat("nothing hinders the right one: " + cli.err(), code, equalTo(ExitCode.OK));
        }
    }

    @Test
    public void whatIsUnreachableOrForbiddenIsTheCallersToTell() {
        assertThat(ExitCode.of(Problem.Kind.UNREACHABLE), equalTo(ExitCode.NO_ACCESS));
        assertThat(ExitCode.of(Problem.Kind.NOT_PERMITTED), equalTo(ExitCode.NO_ACCESS));
    }

    private void refused(int code, List<String> arguments, String... words) {
        int ended = cli.run(arguments.toArray(new String[0]));
        String told = cli.err();
        assertThat(cli.out() + told, ended, equalTo(code));
        for (String word : words) {
            assertThat(told, containsString(word));
        }
        assertThat("one message: " + told, told.split("Could not ", -1).length - 1, equalTo(1));
        assertThat(cli.out() + told, not(containsString("Exception")));
        assertThat(cli.out() + told, not(containsString("very-secret")));
    }

    private List<String> build(String instruction) throws IOException {
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\n" + instruction + "\n");
        return new ArrayList<>(List.of(
                "build-image",
                context.toString(),
                "--image",
                registry.authority() + "/shop/web",
                "--tag",
                "v1",
                "--plain-http",
                registry.authority(),
                "--cache",
                folder.getRoot() + "/cache"));
    }

    private static void askFor(FakeRegistry registry) {
        String right = Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        registry.server()
                .otherwise(request -> request.header("Authorization").equals("Basic " + right)
                        ? registry.answer(request)
                        : Reply.status(401).header("WWW-Authenticate", "Basic realm=\"tests\""));
    }
}
