package io.jenkins.plugins.k8srollout.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What a person meets who gets the words wrong, or has no cluster. */
public class UsageTest {
    private static final String NOWHERE = """
            apiVersion: v1
            kind: Config
            current-context: c
            contexts: [{name: c, context: {cluster: k, user: u}}]
            clusters: [{name: k, cluster: {server: "https://127.0.0.1:1"}}]
            users: [{name: u, user: {token: some-token}}]
            """;

    @Rule
    public TemporaryFolder folder = new TemporaryFolder();

    private final CommandLineFixture cli = new CommandLineFixture();

    @Test
    public void unknownCommandIsWrongUsage() {
        assertThat(cli.run("frobnicate"), equalTo(ExitCode.USAGE));
        assertThat(cli.err(), allOf(containsString("frobnicate"), containsString("rollout")));
    }

    @Test
    public void wrongUsageIsOneSentenceAndAHint() {
        Map<String, String[]> wrong = Map.of(
                "frobnicate", new String[] {"check", "--frobnicate"},
                "--manifests", new String[] {"check", "-f"},
                "yaml", new String[] {"check", "-f", "deploy", "-o", "yaml"},
                "NAME=REF", new String[] {"rollout", "-f", "deploy", "--image", "web"});
        wrong.forEach((word, arguments) -> {
            assertThat(word, cli.run(arguments), equalTo(ExitCode.USAGE));
            assertThat(cli.err(), allOf(containsString(word), containsString(arguments[0] + " --help")));
            assertThat(cli.err(), cli.err().lines().count() <= 3, equalTo(true));
            assertThat(cli.err(), not(containsString("option option")));
            assertThat(cli.out(), equalTo(""));
        });
    }

    @Test
    public void absentFilesAreToldWithTheFolderTheyWereLookedForIn() {
        assertThat(cli.run("check", "-f", "nowhere"), equalTo(ExitCode.USAGE));
        assertThat(
                cli.err(),
                containsString("Could not read the files: nowhere: there is no such file or folder. Check the path;"
                        + " relative ones start at " + Path.of("").toAbsolutePath()));
    }

    @Test
    public void everyCommandTellsItsVersion() {
        assertThat(cli.run("check", "--version"), equalTo(ExitCode.OK));
        assertThat(cli.out(), containsString("k8s-rollout"));
    }

    @Test
    public void everyCommandHasHelp() {
        for (String command : new String[] {
            "build-image", "rollout", "continue", "history", "rollback", "affinity", "wait", "check", "harbor", "doctor"
        }) {
            assertThat(command, cli.run(command, "--help"), equalTo(ExitCode.OK));
            assertThat(cli.out(), containsString("Usage: k8s-rollout " + command));
        }
    }

    @Test
    public void missingKubeconfigIsNamed() {
        cli.with("KUBECONFIG", "no/such/file");
        assertThat(cli.run("wait", "deployment/web"), equalTo(ExitCode.USAGE));
        assertThat(cli.err(), allOf(containsString("no/such/file"), containsString("--kubeconfig")));
    }

    @Test
    public void malformedValuesAreRefusedBeforeAnythingIsTouched() throws IOException {
        Path kubeconfig = folder.newFile("config").toPath();
        Files.writeString(kubeconfig, NOWHERE);
        cli.with("KUBECONFIG", kubeconfig.toString());
        Map<String, String[]> wrong = Map.of(
                "Web:1", new String[] {"rollout", "-f", "../samples/shop/deploy", "--image", "web=Web:1"},
                "soon", new String[] {"wait", "deployment/web", "--timeout", "soon"},
                "gadget/web", new String[] {"wait", "gadget/web"},
                "perhaps", new String[] {"rollout", "-f", "../samples/shop/deploy", "--on-failure", "perhaps"});
        wrong.forEach((value, arguments) -> {
            assertThat(value, cli.run(arguments), equalTo(ExitCode.USAGE));
            assertThat(cli.err(), containsString(value));
        });
    }

    @Test
    public void batchesThatDoNotFitAreRefusedWithTheOption() throws IOException {
        Path kubeconfig = folder.newFile("config").toPath();
        Files.writeString(kubeconfig, NOWHERE);
        cli.with("KUBECONFIG", kubeconfig.toString());
        Map<String, String> wrong = Map.ofEntries(
                Map.entry("--strategy rolling --pause first", "--pause"),
                Map.entry("--strategy batches --batches 0", "there must be one at least"),
                Map.entry("--strategy batches --batch-sizes 1,x", "1% to 100%"),
                Map.entry("--strategy batches --batches 2 --batch-sizes 1", "Give either a number of batches or sizes"),
                Map.entry("--strategy batches --pause often", "none, first, every"),
                Map.entry("--strategy blue-green --pause every", "there is one moment to ask"),
                Map.entry("--strategy batches --order first", "stop-first, start-first"),
                Map.entry("--strategy batches --interval soon", "--interval"),
                Map.entry("--strategy batches --no-wait", "--no-wait"),
                Map.entry("--strategy batches --steps 10", "--steps"),
                Map.entry("--strategy canary --batches 3", "--batches"),
                Map.entry("--strategy canary --steps 50,10", "10 is not more than 50"),
                Map.entry("--strategy canary --traffic istio", "pods, gateway-api, traefik, ingress-nginx"),
                Map.entry("--strategy batches --traffic traefik", "--traffic"),
                Map.entry("--strategy canary --steps 10,half", "is no percentage"),
                Map.entry("--strategy canary --analysis-query up", "belong together"),
                Map.entry("--strategy canary --analysis-failure-limit 1", "nothing is to be measured"),
                Map.entry("--strategy recreate --analysis-restarts 0", "--analysis-restarts"),
                Map.entry("--strategy green", "rolling, recreate, batches"));
        wrong.forEach((options, word) -> {
            String[] arguments = ("rollout -f ../samples/shop/deploy " + options).split(" ");
            assertThat(options, cli.run(arguments), equalTo(ExitCode.USAGE));
            assertThat(options, cli.err(), containsString(word));
        });
    }

    @Test
    public void everySortOfProblemHasAnExitCode() {
        for (Problem.Kind kind : Problem.Kind.values()) {
            assertThat(kind.name(), ExitCode.of(kind) > 0, equalTo(true));
        }
    }
}
