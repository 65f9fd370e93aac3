package io.jenkins.plugins.k8srollout.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.junit.Assume.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.e2e.OwnNamespace;
import io.jenkins.plugins.k8srollout.e2e.Testbed;
import io.jenkins.plugins.k8srollout.engine.cluster.Fabric8Cluster;
import io.jenkins.plugins.k8srollout.engine.release.SystemScheduler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What the cluster keeps of releases, and the way back, as the command line shows it and as HTTP shows it. */
public class HistoryClusterTest {
    private static final String MANIFESTS = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: NAME}
            data: {index.html: "the page is COLOUR", SETTING: "COLOUR"}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: NAME}
            stringData: {password: "hush-COLOUR"}
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
                      image: "REGISTRY/base/web:TAG"
                      envFrom: [{secretRef: {name: NAME}}, {configMapRef: {name: NAME}}]
                      volumeMounts: [{name: page, mountPath: /app}]
                      resources: {limits: {memory: 64Mi}}
                      readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1}
                  volumes: [{name: page, configMap: {name: NAME}}]
            ---
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: NAME}
            spec:
              ingressClassName: CLASS
              rules:
                - http:
                    paths: [{path: PATH, pathType: Exact, backend: {service: {name: NAME, port: {name: http}}}}]
            """;

    // One path each, because the controller serves them all on one host: a mounted file, the environment.
    private static final Map<String, String> PATHS =
            Map.of("tour", "/file?name=/app/index.html", "mended", "/env", "killed", "/killed");

    @ClassRule
    public static final OwnNamespace NAMESPACE = new OwnNamespace("e2e-history");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final CommandLineFixture cli = new CommandLineFixture();

    @Before
    public void readEnvironment() {
        Testbed.registry();
        assumeTrue("INGRESS_URL is not set", System.getenv("INGRESS_URL") != null);
        cli.with("KUBECONFIG", System.getenv("KUBECONFIG"));
    }

    @Test
    public void rollbackReturnsPodsAndConfigurationInOneCommand() throws IOException {
        rollout("tour", "blue", "1", ExitCode.OK);
        seen("tour", "blue");
        rollout("tour", "green", "1", ExitCode.OK);
        seen("tour", "green");

        assertThat(cli.err(), run("rollback", "--history", "tour", "--dry-run"), equalTo(ExitCode.OK));
        assertThat(
                cli.out(),
                allOf(
                        containsString("-  SETTING: green"),
                        containsString("+  SETTING: blue"),
                        not(containsString("aHVz"))));
        seen("tour", "green");

        assertThat(cli.err(), run("rollback", "--history", "tour", "-o", "json"), equalTo(ExitCode.OK));
        JsonNode record = new ObjectMapper().readTree(cli.out());
        assertThat(record.path("number").asInt(), equalTo(3));
        assertThat(record.path("returnsTo").asInt(), equalTo(1));
        seen("tour", "blue");
        assertThat(password("tour"), equalTo("hush-blue"));

        assertThat(run("history", "tour", "-o", "json"), equalTo(ExitCode.OK));
        List<String> kept = new ArrayList<>();
        for (JsonNode release : new ObjectMapper().readTree(cli.out()).path("releases")) {
            kept.add(release.path("number").asInt() + " "
                    + release.path("outcome").asText());
        }
        assertThat(kept, equalTo(List.of("3 healthy", "2 healthy", "1 healthy")));
        for (String[] command :
                new String[][] {{"history"}, {"history", "tour", "3"}, {"history", "tour", "3", "-o", "json"}}) {
            assertThat(run(command), equalTo(ExitCode.OK));
            assertThat(
                    cli.out(),
                    allOf(
                            containsString("rollback to release 1 (colour blue)"),
                            not(containsString("hush")),
                            not(containsString("aHVz"))));
        }
    }

    @Test
    public void failedReleaseReturnsItsConfiguration() throws IOException {
        rollout("mended", "blue", "1", ExitCode.OK);
        rollout("mended", "red", "absent", ExitCode.UNHEALTHY);
        assertThat(
                cli.err(),
                allOf(
                        containsString("ConfigMap/" + NAMESPACE.name() + "/mended was returned to its content before"),
                        containsString("Secret/" + NAMESPACE.name() + "/mended was returned to its content before"),
                        not(containsString("hush"))));
        seen("mended", "blue");
        assertThat(password("mended"), equalTo("hush-blue"));
        assertThat(run("history", "mended"), equalTo(ExitCode.OK));
        assertThat(cli.out(), containsString("rolled-back"));
        rollout("mended", "yellow", "1", ExitCode.OK);
        seen("mended", "yellow");
    }

    @Test
    public void processThatIsKilledLeavesAReadableRecord() throws IOException, InterruptedException {
        StringBuilder many = new StringBuilder(manifests("killed", "blue", "1"));
        for (int i = 0; i < 60; i++) {
            many.append("---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: killed-")
                    .append(i)
                    .append("}}\n");
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "rollout",
                        "-n",
                        NAMESPACE.name(),
                        "-f",
                        file(many.toString()).toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null && !line.contains("/killed-3")) {
                line = lines.readLine();
            }
            process.destroyForcibly().waitFor();
            assertThat("it was applying", line != null);
        }
        assertThat(run("history", "killed", "1", "-o", "json"), equalTo(ExitCode.OK));
        JsonNode release = new ObjectMapper().readTree(cli.out());
        assertThat(release.path("outcome").asText(), equalTo("running"));
        assertThat(release.path("phase").asText(), equalTo("applying"));
        assertThat(release.path("manifests").size(), equalTo(65));
        assertThat(run("doctor"), equalTo(ExitCode.OK));
        assertThat(cli.out(), containsString("release 1 of killed: running since"));

        rollout("killed", "blue", "1", ExitCode.OK);
        assertThat("the next one", run("history", "killed", "2"), equalTo(ExitCode.OK));
        assertThat(cli.out(), containsString("release 2 of killed in namespace " + NAMESPACE.name() + ": healthy"));
    }

    @Test
    public void whatIsNotKeptIsRefused() {
        assertThat(run("rollback", "--history", "nothing"), equalTo(ExitCode.USAGE));
        assertThat(cli.err(), containsString("no release is kept there; nothing was changed"));
        assertThat(run("history", "nothing", "1"), equalTo(ExitCode.USAGE));
        assertThat(run("history", "No Such"), equalTo(ExitCode.USAGE));
    }

    private void rollout(String name, String colour, String tag, int code) throws IOException {
        String path = file(manifests(name, colour, tag)).toString();
        int actual = run("rollout", "-f", path, "--change-cause", "colour " + colour, "--timeout", "2m");
        assertThat(cli.out() + cli.err(), actual, equalTo(code));
        assertThat(cli.out(), not(containsString("hush")));
    }

    private static String manifests(String name, String colour, String tag) {
        return MANIFESTS
                .replace("NAME", name)
                .replace("PATH", PATHS.get(name).replaceFirst("\\?.*", ""))
                .replace("COLOUR", colour)
                .replace("TAG", tag)
                .replace("REGISTRY", Testbed.registry())
                .replace("CLASS", System.getenv("INGRESS_CLASS"));
    }

    private Path file(String text) throws IOException {
        return Files.writeString(
                folder.newFile().toPath().resolveSibling("release-" + text.hashCode() + ".yaml"), text);
    }

    private void seen(String name, String colour) {
        int code = run(
                "wait",
                "deployment/" + name,
                "--http",
                System.getenv("INGRESS_URL") + PATHS.get(name),
                "--http-body",
                (name.equals("tour") ? "the page is " : "SETTING=") + colour,
                "--timeout",
                "1m");
        assertThat(cli.err(), code, equalTo(ExitCode.OK));
    }

    /** As a user would look. */
    private static String password(String name) {
        try (SystemScheduler scheduler = new SystemScheduler();
                Fabric8Cluster cluster = Fabric8Cluster.open(Testbed.access(), scheduler, event -> {})) {
            String text = cluster.get(NAMESPACE.ref("v1", "Secret", name))
                    .flatMap(s -> s.text("data", "password"))
                    .orElseThrow();
            return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
        }
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-n", NAMESPACE.name()));
        return cli.run(all.toArray(new String[0]));
    }
}
