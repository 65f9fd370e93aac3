package io.jenkins.plugins.k8srollout.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.startsWith;

import io.jenkins.plugins.k8srollout.e2e.OwnNamespace;
import io.jenkins.plugins.k8srollout.e2e.Testbed;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.Fabric8Cluster;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.release.SystemScheduler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * The API server or the registry is killed for 20 seconds in each stage of a release that the command line makes of a
 * folder: each command goes on by itself and ends as it would have done. The kill is the answer to a line of the command
 * line, which waits for it, so that it falls into the stage. That it was felt there is proved by what is told next.
 */
public class FaultClusterTest {
    private static final int SECONDS = 20;
    private static final String API = "apiserver";
    private static final String REGISTRY = "registry";
    private static final String RETRYING = "retrying ";
    private static final String MANIFESTS = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: NAME}
            data: {START_DELAY: "SECONDS"}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: NAME}
            spec:
              selector: {app: NAME}
              ports: [{name: http, port: 80, targetPort: 8080}]
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: NAME}
            spec:
              replicas: 1
              selector: {matchLabels: {app: NAME}}
              template:
                metadata: {labels: {app: NAME}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                    - name: web
                      image: "IMAGE"
                      envFrom: [{configMapRef: {name: NAME}}]
                      resources: {limits: {memory: 64Mi}}
                      readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1}
            ---
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: NAME}
            spec:
              ingressClassName: CLASS
              rules:
                - http:
                    paths: [{path: /NAME, pathType: Prefix, backend: {service: {name: NAME, port: {name: http}}}}]
            """;

    @ClassRule
    public static final OwnNamespace NAMESPACE = new OwnNamespace("e2e-fault");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final CommandLineFixture cli = new CommandLineFixture();
    private String startDelay = "0";

    @BeforeClass
    public static void faultsArePossible() {
        Testbed.registry();
        Testbed.faultProgram();
    }

    @Before
    public void readEnvironment() {
        cli.with("KUBECONFIG", System.getenv("KUBECONFIG"));
    }

    // ---- the image

    @Test
    public void registryAwayWhenTheBuildBegins() throws IOException {
        killOnce(REGISTRY, "== Build image");
        run(ExitCode.OK, build("begin"));
        told("== Build image", RETRYING, "uploaded", "image    sha256:");
    }

    @Test
    public void registryAwayWhenLayersArePushed() throws IOException {
        killOnce(REGISTRY, "layer ");
        run(ExitCode.OK, build("layers"));
        told("layer ", RETRYING, "uploaded", "image    sha256:");
    }

    @Test
    public void registryAwayBetweenTheLayersAndTheManifest() throws IOException {
        killOnce(REGISTRY, "uploaded ");
        run(ExitCode.OK, build("manifest"));
        told("uploaded ", RETRYING, "image    sha256:");
    }

    // ---- the release

    @Test
    public void apiServerAwayWhilePlanning() throws IOException {
        killOnce(API, "== Plan");
        run(ExitCode.OK, rollout("plan", base(), "--no-wait"));
        told("== Plan", RETRYING, "== Plan done", "== Apply done");
    }

    @Test
    public void apiServerAwayWhileTheServerIsAsked() throws IOException {
        killOnce(API, "== Ask the server");
        run(ExitCode.OK, rollout("ask", base(), "--no-wait"));
        told("== Ask the server", RETRYING, "== Ask the server done", "== Apply done");
    }

    @Test
    public void apiServerAwayBetweenTwoObjects() throws IOException {
        killOnce(API, "created  ConfigMap");
        run(ExitCode.OK, rollout("apply", base()));
        told("created  ConfigMap", RETRYING, "created  Ingress", "== Apply done", "== Wait for health done");
    }

    @Test
    public void apiServerAwayWhileTheReleaseWaits() throws IOException {
        killOnce(API, "== Wait for health");
        run(ExitCode.OK, rollout("watch", base()));
        told("== Wait for health", RETRYING, "healthy  Deployment", "== Wait for health done");
    }

    @Test
    public void apiServerAwayWhileAFailedReleaseIsUndone() throws IOException {
        run(ExitCode.OK, rollout("undo", base()));
        killOnce(API, "== Roll back");
        run(ExitCode.UNHEALTHY, rollout("undo", Testbed.registry() + "/base/web:absent"));
        told(
                "== Wait for health FAILED",
                "== Roll back",
                RETRYING,
                "== Roll back done",
                "== Wait for the rollback done");
    }

    @Test
    public void registryAwayWhilePodsPullTheirImage() throws IOException {
        run(ExitCode.OK, build("pulled"));
        String[] lines = cli.out().split("\n");
        killOnce(REGISTRY, "== Apply");
        run(ExitCode.OK, rollout("pulled", lines[lines.length - 1]));
        told("== Apply", "waiting  Deployment", "healthy  Deployment", "== Wait for health done");
        assertThat("pulls that failed", failedPulls("pulled"), greaterThan(0));
    }

    // ---- sessions

    @Test
    public void apiServerAwayWhileAffinityIsPlanned() throws IOException, InterruptedException {
        run(ExitCode.OK, rollout("planned", base(), "--no-wait"));
        Testbed.fault(API, SECONDS);
        run(ExitCode.OK, affinity("planned"));
        told(RETRYING, "warning: Sessions", "changed ");
    }

    @Test
    public void apiServerAwayWhileAffinityIsSet() throws IOException {
        run(ExitCode.OK, rollout("set", base(), "--no-wait"));
        killOnce(API, "warning: Sessions");
        run(ExitCode.OK, affinity("set"));
        told("warning: Sessions", RETRYING, "changed ");
    }

    // ---- health

    @Test
    public void apiServerAwayWhileWaiting() throws IOException {
        startDelay = "15"; // not ready before the outage, ready in it
        run(ExitCode.OK, rollout("wait", base(), "--no-wait"));
        killOnce(API, "waiting  Deployment");
        run(ExitCode.OK, "wait", "deployment/wait", "-n", NAMESPACE.name(), "--stable-for", "2s");
        told("waiting  Deployment", RETRYING, "healthy  Deployment");
    }

    /** Kills a part of the testbed when the first line that begins so is printed; the command waits for it to be dead. */
    private void killOnce(String part, String begin) {
        AtomicBoolean alive = new AtomicBoolean(true);
        cli.onLine(line -> {
            if (line.startsWith(begin) && alive.compareAndSet(true, false)) {
                try {
                    Testbed.fault(part, SECONDS);
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(part + " could not be killed", e);
                }
            }
        });
    }

    private void run(int code, String... arguments) {
        int ended = cli.run(arguments);
        assertThat(cli.out() + cli.err(), ended, equalTo(code));
    }

    /** Lines that begin so were printed in this order, others between them. */
    private void told(String... beginnings) {
        List<String> rest = Arrays.asList(cli.out().split("\n"));
        for (String begin : beginnings) {
            assertThat(cli.out(), rest, hasItem(startsWith(begin)));
            int at = 0;
            while (!rest.get(at).startsWith(begin)) {
                at++;
            }
            rest = rest.subList(at + 1, rest.size());
        }
    }

    private String[] build(String repository) throws IOException {
        Path context = folder.newFolder().toPath();
        Files.writeString(context.resolve("Dockerfile"), "FROM " + base() + "\nCOPY index.html /app/\n");
        Files.writeString(context.resolve("index.html"), "new each time: " + UUID.randomUUID(), StandardCharsets.UTF_8);
        return new String[] {
            "build-image",
            context.toString(),
            "--image",
            Testbed.registry() + "/e2e-fault/" + repository,
            "--tag",
            "v1",
            "--plain-http",
            Testbed.registry(),
            "--cache",
            folder.newFolder().toString()
        };
    }

    private static String base() {
        return Testbed.registry() + "/base/web:1";
    }

    private String[] rollout(String name, String image, String... more) throws IOException {
        Path file = folder.newFile().toPath();
        String ingressClass = System.getenv("INGRESS_CLASS");
        Files.writeString(
                file,
                MANIFESTS
                        .replace("NAME", name)
                        .replace("IMAGE", image)
                        .replace("CLASS", ingressClass)
                        .replace("SECONDS", startDelay));
        List<String> all = new ArrayList<>(List.of("rollout", "-f", file.toString(), "-n", NAMESPACE.name()));
        all.addAll(List.of(more));
        return all.toArray(new String[0]);
    }

    private static String[] affinity(String ingress) {
        return new String[] {"affinity", "-n", NAMESPACE.name(), "--ingress", ingress, "--cookie", "route"};
    }

    /** How often a node could not pull the image of a Deployment's pods. */
    private static int failedPulls(String deployment) {
        try (SystemScheduler scheduler = new SystemScheduler();
                Fabric8Cluster cluster = Fabric8Cluster.open(Testbed.access(), scheduler, ProgressSink.NONE)) {
            List<KubeObject> events = cluster.list(Selection.of("v1", "Event", NAMESPACE.name()));
            return (int) events.stream()
                    .filter(e -> e.text("involvedObject", "name").orElse("").startsWith(deployment + "-"))
                    .filter(e -> e.text("message").orElse("").startsWith("Failed to pull image"))
                    .count();
        }
    }
}
