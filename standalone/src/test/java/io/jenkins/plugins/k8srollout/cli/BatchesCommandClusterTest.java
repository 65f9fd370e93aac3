package io.jenkins.plugins.k8srollout.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.e2e.OwnNamespace;
import io.jenkins.plugins.k8srollout.e2e.Testbed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Batches from the command line: paused in one process, answered in another. */
public class BatchesCommandClusterTest {
    private static final String MANIFEST = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 3
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                    - name: web
                      image: "REGISTRY/base/web:1"
                      env: [{name: COLOUR, value: "COLOUR"}]
                      resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {memory: 64Mi}}
                      readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1}
            """;

    @ClassRule
    public static final OwnNamespace NAMESPACE = new OwnNamespace("e2e-batches");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final CommandLineFixture cli = new CommandLineFixture();

    @Before
    public void readEnvironment() {
        Testbed.registry();
        cli.with("KUBECONFIG", System.getenv("KUBECONFIG"));
    }

    @Test
    public void aPauseIsAnsweredByAnotherProcess() throws IOException {
        assertThat(cli.err(), rollout("blue"), equalTo(ExitCode.OK));
        String[] batches = {"--strategy", "batches", "--batch-sizes", "1,50%", "--pause", "first"};

        assertThat(cli.err(), rollout("green", batches), equalTo(ExitCode.PAUSED));
        assertThat(
                cli.out(), allOf(containsString("Paused after batch 1 of 2"), containsString("k8s-rollout continue")));
        assertThat(run("doctor"), equalTo(ExitCode.OK));
        assertThat(cli.out(), containsString("held by release 2 of web, which is paused"));
        assertThat(run("doctor", "--repair"), equalTo(ExitCode.OK));
        assertThat("who waits for an answer is not repaired", cli.out(), not(containsString("original values")));
        assertThat(cli.err(), run("continue"), equalTo(ExitCode.OK));
        assertThat(run("continue"), equalTo(ExitCode.USAGE));
        assertThat(cli.err(), containsString("neither waits nor holds anything"));

        assertThat(rollout("red", batches), equalTo(ExitCode.PAUSED));
        assertThat(cli.err(), run("continue", "web", "--rollback"), equalTo(ExitCode.OK));
        assertThat(run("history", "web"), equalTo(ExitCode.OK));
        assertThat(cli.out(), containsString("rolled-back"));
        assertThat(run("doctor"), equalTo(ExitCode.OK));
        assertThat(cli.out(), not(containsString("held by")));
    }

    private int rollout(String colour, String... more) throws IOException {
        Path file = folder.getRoot().toPath().resolve("web.yaml");
        Files.writeString(
                file, MANIFEST.replace("REGISTRY", Testbed.registry()).replace("\"COLOUR\"", '"' + colour + '"'));
        return run(Stream.concat(Stream.of("rollout", "-f", file.toString()), Arrays.stream(more))
                .toArray(String[]::new));
    }

    private int run(String... arguments) {
        return cli.run(Stream.concat(Arrays.stream(arguments), Stream.of("--namespace", NAMESPACE.name()))
                .toArray(String[]::new));
    }
}
