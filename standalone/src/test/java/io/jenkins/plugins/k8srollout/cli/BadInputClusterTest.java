package io.jenkins.plugins.k8srollout.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.e2e.OwnNamespace;
import io.jenkins.plugins.k8srollout.e2e.Testbed;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.Fabric8Cluster;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.release.SystemScheduler;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.After;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * Bad input to the command line on a real cluster: each gives one clear message and the right exit code, and leaves
 * every object as it was. Rows that need no cluster are in {@link BadInputTest}; whose messages are tested elsewhere:
 *
 * <table>
 *   <tr><th>Bad input</th><th>Test</th></tr>
 *   <tr><td>manifests outside of the workspace, by {@code ../} and by a link</td>
 *     <td>{@code WorkspaceTest.nothingLeavesTheWorkspace}; a person at a terminal may name any file</td></tr>
 *   <tr><td>alias bombs of every shape</td><td>{@code ManifestLoaderTest.bombsAreRefused}</td></tr>
 *   <tr><td>unreachable cluster</td><td>{@code Fabric8ClusterClusterTest}, {@code Fabric8ClusterTest}</td></tr>
 *   <tr><td>unreachable registry</td><td>{@code RegistryRetryTest}, {@code RegistryTlsTest}</td></tr>
 *   <tr><td>malformed image name on the command line</td><td>{@code UsageTest}</td></tr>
 *   <tr><td>conflict with another manager, refused object</td><td>{@code ReleaseRunClusterTest}</td></tr>
 * </table>
 */
public class BadInputClusterTest {
    @ClassRule
    public static final OwnNamespace NAMESPACE = new OwnNamespace("e2e-bad-input");

    private static final List<String> KINDS = List.of(
            "v1 ConfigMap",
            "v1 Secret",
            "v1 Service",
            "apps/v1 Deployment",
            "apps/v1 ReplicaSet",
            "networking.k8s.io/v1 Ingress");
    private static final String WEB = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings}
            data: {VERSION: "1"}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec:
              selector: {app: web}
              ports: [{port: 80, targetPort: 8080}]
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 1
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                    - name: web
                      image: REGISTRY/base/web:1
                      envFrom: [{configMapRef: {name: settings}}]
                      resources: {limits: {memory: 64Mi}}
            """;
    private static final String READER = """
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: reader, namespace: NS}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {name: reader, namespace: NS}
            rules: [{apiGroups: ["", apps, networking.k8s.io], resources: ["*"], verbs: [get, list, watch]}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: reader, namespace: NS}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
            subjects: [{kind: ServiceAccount, name: reader, namespace: NS}]
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: reader, namespace: NS, annotations: {kubernetes.io/service-account.name: reader}}
            type: kubernetes.io/service-account-token
            """;
    private static final String ALIAS_BOMB = """
            a: &a [x, x, x, x, x, x, x, x, x, x]
            b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
            c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
            d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
            e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
            f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]
            g: &g [*f, *f, *f, *f, *f, *f, *f, *f, *f, *f]
            """;

    @Rule
    public TemporaryFolder folder = new TemporaryFolder();

    private final CommandLineFixture cli = new CommandLineFixture();
    private SystemScheduler scheduler;
    private Fabric8Cluster cluster;

    @BeforeClass
    public static void releaseOnce() throws InterruptedException, IOException {
        ClusterAccess access = Testbed.access();
        String manifests = WEB.replace("REGISTRY", Testbed.registry());
        try (SystemScheduler scheduler = new SystemScheduler();
                Fabric8Cluster cluster = Fabric8Cluster.open(access, scheduler, ProgressSink.NONE)) {
            FakeObjects.parseAll(READER.replace("NS", NAMESPACE.name()))
                    .forEach(object -> cluster.apply(object, ClusterPort.ApplyOptions.PLAIN));
            Testbed.await(
                    cluster, token(), secret -> secret.text("data", "token").isPresent());
        }
        Path file = Files.createTempFile("web", ".yaml");
        Files.writeString(file, manifests);
        CommandLineFixture cli = new CommandLineFixture().with("KUBECONFIG", System.getenv("KUBECONFIG"));
        int code = cli.run("rollout", "-n", NAMESPACE.name(), "-f", file.toString());
        Files.delete(file);
        assertThat(cli.out() + cli.err(), code, equalTo(ExitCode.OK));
    }

    @Before
    public void open() {
        ClusterAccess access = Testbed.access();
        scheduler = new SystemScheduler();
        cluster = Fabric8Cluster.open(access, scheduler, ProgressSink.NONE);
        cli.with("KUBECONFIG", System.getenv("KUBECONFIG"));
    }

    @After
    public void close() {
        if (cluster != null) {
            cluster.close();
            scheduler.close();
        }
    }

    @Test
    public void aliasBomb() throws IOException {
        refused(ExitCode.USAGE, rollout(ALIAS_BOMB), "web.yaml:1", "aliases", "Write the parts out");
    }

    @Test
    public void unknownKind() throws IOException {
        String gadget = "---\napiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: x}\n";
        refused(ExitCode.USAGE, rollout(web() + gadget), "Gadget/x", "example.com/v1", "CustomResourceDefinition");
    }

    @Test
    public void malformedImageNameInAManifest() throws IOException {
        String malformed = web().replace("/base/web:1", "/Base/Web:1");
        refused(ExitCode.USAGE, rollout(malformed), "web.yaml:", "Deployment/web", "/Base/Web:1", "lower case");
    }

    @Test
    public void imageThatNoContainerUses() throws IOException {
        String[] arguments = with(rollout(web()), "--image", "wub=registry.example.com/shop/web:2");
        refused(ExitCode.USAGE, arguments, "'wub'", "Name one of the containers web");
    }

    @Test
    public void missingNamespace() throws IOException {
        String[] arguments = with(rollout(web()), "-n", NAMESPACE.absent());
        refused(ExitCode.USAGE, arguments, "Namespace/" + NAMESPACE.absent(), "create");
        assertThat(
                cluster.get(new ObjectRef("v1", "Namespace", "", NAMESPACE.absent()))
                        .isPresent(),
                equalTo(false));
    }

    @Test
    public void wrongToken() throws IOException {
        String[] arguments = with(rollout(web()), "--kubeconfig", kubeconfig("very-secret-and-wrong"));
        refused(ExitCode.NO_ACCESS, arguments, cluster.address(), "does not accept the credentials", "token");
    }

    @Test
    public void readOnlyRole() throws IOException {
        String changed = web().replace("VERSION: \"1\"", "VERSION: \"2\"");
        String[] arguments = with(rollout(changed), "--kubeconfig", kubeconfig(readersToken()));
        refused(ExitCode.NO_ACCESS, arguments, "lack these rights", "patch deployments", "verbs: [patch]");
    }

    @Test
    public void readOnlyRoleChangesNoAffinity() throws IOException {
        String[] arguments = {
            "affinity",
            "-n",
            NAMESPACE.name(),
            "--service",
            "web",
            "--client-ip",
            "60",
            "--kubeconfig",
            kubeconfig(readersToken())
        };
        refused(
                ExitCode.NO_ACCESS,
                arguments,
                "Service/" + NAMESPACE.name() + "/web",
                "may not patch services",
                "verbs: [\"patch\"]");
    }

    @Test
    public void readOnlyRoleIsEnoughToWait() throws IOException {
        int code =
                cli.run("wait", "deployment/web", "-n", NAMESPACE.name(), "--kubeconfig", kubeconfig(readersToken()));
        assertThat(cli.out() + cli.err(), code, equalTo(ExitCode.OK));
    }

    @Test
    public void absentWorkload() throws IOException {
        String[] arguments = {"wait", "deployment/wub", "-n", NAMESPACE.name(), "--timeout", "20s"};
        refused(ExitCode.USAGE, arguments, "Deployment/" + NAMESPACE.name() + "/wub");
    }

    private void refused(int code, String[] arguments, String... words) {
        Map<String, String> before = objects();
        int ended = cli.run(arguments);
        String told = cli.err();
        assertThat(cli.out() + told, ended, equalTo(code));
        for (String word : words) {
            assertThat(told, containsString(word));
        }
        assertThat("one message: " + told, told.split("Could not ", -1).length - 1, equalTo(1));
        assertThat(cli.out() + told, not(containsString("Exception")));
        assertThat(cli.out() + told, not(containsString("very-secret")));
        assertThat(objects(), equalTo(before));
    }

    /** Every object with what tells whether it was changed: its generation, or its version where it has none. */
    private Map<String, String> objects() {
        Map<String, String> found = new TreeMap<>();
        for (String kind : KINDS) {
            String[] words = kind.split(" ");
            for (KubeObject object : cluster.list(new Selection(words[0], words[1], NAMESPACE.name(), "", ""))) {
                String state = object.number("metadata", "generation")
                        .map(String::valueOf)
                        .orElseGet(
                                () -> object.text("metadata", "resourceVersion").orElse(""));
                found.put(object.ref().toString(), state);
            }
        }
        return found;
    }

    private static String web() {
        return WEB.replace("REGISTRY", Testbed.registry());
    }

    private String[] rollout(String manifests) throws IOException {
        Path file = folder.getRoot().toPath().resolve("web.yaml");
        Files.writeString(file, manifests);
        return new String[] {"rollout", "-f", file.toString(), "-n", NAMESPACE.name()};
    }

    /** The arguments with an option that takes the place of one of the same name. */
    private static String[] with(String[] arguments, String option, String value) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        int at = all.indexOf(option);
        if (at >= 0) {
            all.set(at + 1, value);
        } else {
            all.addAll(List.of(option, value));
        }
        return all.toArray(new String[0]);
    }

    private static ObjectRef token() {
        return NAMESPACE.ref("v1", "Secret", "reader");
    }

    private String readersToken() {
        String token = cluster.get(token()).orElseThrow().text("data", "token").orElseThrow();
        return new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
    }

    private String kubeconfig(String token) throws IOException {
        String ca = cluster.get(token()).orElseThrow().text("data", "ca.crt").orElseThrow();
        Path file = folder.getRoot().toPath().resolve("kubeconfig");
        Files.writeString(file, """
                apiVersion: v1
                kind: Config
                current-context: c
                contexts: [{name: c, context: {cluster: k, user: u}}]
                clusters: [{name: k, cluster: {server: "SERVER", certificate-authority-data: "CA"}}]
                users: [{name: u, user: {token: "TOKEN"}}]
                """.replace("SERVER", cluster.address())
                .replace("CA\"", ca + "\"")
                .replace("TOKEN", token));
        return file.toString();
    }
}
