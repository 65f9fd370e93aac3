package io.jenkins.plugins.k8srollout.e2e;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.AccessRight;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyOptions;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyResult;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.WatchListener;
import io.jenkins.plugins.k8srollout.engine.cluster.Fabric8Cluster;
import io.jenkins.plugins.k8srollout.engine.cluster.OutdatedException;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.SystemScheduler;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Test;

/** What only a real API server can prove: field ownership, dry runs, new kinds, watches over a restart, rights. */
public class Fabric8ClusterClusterTest {
    @ClassRule
    public static final OwnNamespace NAMESPACE = new OwnNamespace("e2e-cluster");

    private final KubeObject config = inNamespace("""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings}
            data: {colour: blue, size: "3"}
            """);
    private final KubeObject web = inNamespace("""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, labels: {app: web}}
            spec:
              replicas: 0
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                    - name: web
                      image: registry.example.com/web:1
                      ports: [{containerPort: 8080}]
                      env: [{name: A, value: "1"}, {name: B, value: "2"}]
            """);
    private final CapturingSink sink = new CapturingSink();
    private ClusterAccess access;
    private SystemScheduler scheduler;
    private Fabric8Cluster cluster;

    @Before
    public void open() throws InterruptedException {
        access = Testbed.access();
        scheduler = new SystemScheduler();
        cluster = Fabric8Cluster.open(access, scheduler, sink);
        for (KubeObject left : List.of(config, web)) {
            cluster.delete(left.ref());
            Testbed.awaitGone(cluster, left.ref());
        }
        sink.clear();
    }

    @After
    public void close() {
        if (cluster != null) {
            cluster.close();
            scheduler.close();
        }
    }

    @Test
    public void discoversWhatIsServed() {
        assertThat(cluster.apis().serves("apps/v1", "Deployment"), is(true));
        assertThat(cluster.apis().resource("v1", "Namespace").orElseThrow().namespaced(), is(false));
        assertThat(cluster.apis().serverVersion(), not(equalTo("")));
    }

    @Test
    public void createsThenLeavesAloneThenChanges() {
        assertThat(cluster.apply(web, ApplyOptions.PLAIN).before().isPresent(), is(false));
        ApplyResult again = cluster.apply(web, ApplyOptions.PLAIN);
        assertThat(again.changed(), is(false));
        ApplyResult changed = cluster.apply(web.with("registry.example.com/web:2", image()), ApplyOptions.PLAIN);
        assertThat(changed.changed(), is(true));
        assertThat(changed.before().orElseThrow().text(image()).orElseThrow(), equalTo("registry.example.com/web:1"));
    }

    @Test
    public void applyHoldsForTheVersionThatWasRead() {
        cluster.apply(config, ApplyOptions.PLAIN);
        KubeObject read = cluster.booked(config.ref()).orElseThrow();
        KubeObject wanted = config.with("wide", "data", "size");
        cluster.patch(config.ref(), KubeObject.of(Map.of("metadata", Map.of("labels", Map.of("seen", "yes")))));
        assertThrows(OutdatedException.class, () -> cluster.apply(wanted, ApplyOptions.changing(read)));
        KubeObject now = cluster.booked(config.ref()).orElseThrow();
        assertThat(cluster.apply(wanted, ApplyOptions.changing(now)).changed(), is(true));
        cluster.delete(config.ref());
        assertThrows(OutdatedException.class, () -> cluster.apply(wanted, ApplyOptions.changing(now)));
    }

    @Test
    public void whatTheServerFindsUnchangedIsIdle() {
        KubeObject odd = inNamespace("""
                apiVersion: v1
                kind: LimitRange
                metadata: {name: stored-in-another-form}
                spec: {limits: [{type: Container, default: {cpu: 1000m}}]}
                """);
        for (KubeObject object : List.of(config, odd)) {
            assertThat(cluster.apply(object, ApplyOptions.PLAIN).idle(), is(false));
            KubeObject read = cluster.booked(object.ref()).orElseThrow();
            ApplyOptions asking = new ApplyOptions(true, false, Optional.of(read));
            assertThat(cluster.apply(object, asking).idle(), is(true));
            KubeObject other = object.with("x", "metadata", "labels", "other");
            assertThat(cluster.apply(other, asking).idle(), is(false));
        }
        cluster.delete(odd.ref());
    }

    @Test
    public void dryRunTellsAndChangesNothing() {
        ApplyResult asked = cluster.apply(config, new ApplyOptions(true, false));
        assertThat(asked.after().uid(), not(equalTo("")));
        assertThat(cluster.get(config.ref()).isPresent(), is(false));
    }

    @Test
    public void conflictNamesManagerAndFieldsUntilForced() {
        Fabric8Cluster other = Fabric8Cluster.open(access, scheduler, sink);
        String asKubectl = "kubectl-client-side-apply";
        RawClient.apply(access, config.with("red", "data", "colour"), asKubectl);
        ReleaseException e = assertThrows(ReleaseException.class, () -> other.apply(config, ApplyOptions.PLAIN));
        assertThat(e.problem().kind(), equalTo(Problem.Kind.CONFLICT));
        assertThat(
                e.getMessage(),
                allOf(containsString(asKubectl), containsString("data.colour"), containsString("force")));
        assertThat(
                other.apply(config, new ApplyOptions(false, true))
                        .after()
                        .text("data", "colour")
                        .orElseThrow(),
                equalTo("blue"));
        other.close();
    }

    @Test
    public void ownPatchIsNoConflict() {
        cluster.apply(config, ApplyOptions.PLAIN);
        cluster.patch(config.ref(), KubeObject.of(Map.of("data", Map.of("colour", "green"))));
        assertThat(
                cluster.apply(config, ApplyOptions.PLAIN)
                        .after()
                        .text("data", "colour")
                        .orElseThrow(),
                equalTo("blue"));
    }

    @Test
    public void ownedFieldsAreWhatWasApplied() {
        cluster.apply(web, ApplyOptions.PLAIN);
        RawClient.apply(
                access,
                FakeObjects.parse("{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: "
                        + NAMESPACE.name() + "," + " annotations: {other: x}}}"),
                "somebody");
        KubeObject owned = cluster.owned(web.ref()).orElseThrow();
        assertThat(owned.annotations(), equalTo(Map.of()));
        assertThat(
                owned.child("spec").without("template"),
                equalTo(web.child("spec").without("template")));
        KubeObject container =
                owned.children("spec", "template", "spec", "containers").get(0);
        assertThat(
                container.children("env"),
                equalTo(web.children("spec", "template", "spec", "containers")
                        .get(0)
                        .children("env")));
        assertThat(container.has("imagePullPolicy"), is(false));
        assertThat(
                "applying it again changes nothing",
                cluster.apply(owned, ApplyOptions.PLAIN).changed(),
                is(false));
    }

    @Test
    public void fieldLeftOutIsRemovedWhereNobodyElseOwnsIt() {
        cluster.apply(config, ApplyOptions.PLAIN);
        assertThat(
                cluster.apply(config.without("data", "size"), ApplyOptions.PLAIN)
                        .after()
                        .has("data", "size"),
                is(false));
    }

    @Test
    public void invalidObjectIsRefusedWithItsFields() {
        ReleaseException e = assertThrows(
                ReleaseException.class,
                () -> cluster.apply(
                        web.with("Not_A_Label!", "metadata", "labels", "app").with(-1, "spec", "replicas"),
                        ApplyOptions.PLAIN));
        assertThat(e.problem().kind(), equalTo(Problem.Kind.REJECTED));
        assertThat(e.getMessage(), allOf(containsString("metadata.labels"), containsString("spec.replicas")));
    }

    @Test
    public void unknownFieldIsRefusedAtOnce() {
        ReleaseException e = assertThrows(
                ReleaseException.class, () -> cluster.apply(web.with(1, "spec", "replicaz"), ApplyOptions.PLAIN));
        assertThat(e.problem().kind(), equalTo(Problem.Kind.REJECTED));
        assertThat(e.getMessage(), containsString("replicaz"));
        assertThat(sink.events(), empty());
    }

    @Test
    public void missingNamespaceAndUnknownKindAreNamed() {
        KubeObject elsewhere = config.with("nowhere-to-be", "metadata", "namespace");
        ReleaseException e = assertThrows(ReleaseException.class, () -> cluster.apply(elsewhere, ApplyOptions.PLAIN));
        assertThat(e.problem().kind(), equalTo(Problem.Kind.NOT_FOUND));
        assertThat(e.getMessage(), containsString("the namespace nowhere-to-be does not exist"));
        ReleaseException kind = assertThrows(
                ReleaseException.class, () -> cluster.apply(config.with("Confg", "kind"), ApplyOptions.PLAIN));
        assertThat(kind.getMessage(), containsString("does not serve v1"));
    }

    @Test
    public void customResourceRightAfterItsDefinition() throws InterruptedException {
        String group = "e2e" + System.nanoTime() + ".example.com";
        KubeObject definition = FakeObjects.parse("""
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: things.GROUP}
                spec:
                  group: GROUP
                  scope: Namespaced
                  names: {kind: Thing, plural: things}
                  versions:
                    - name: v1
                      served: true
                      storage: true
                      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
                """.replace("GROUP", group));
        KubeObject thing = FakeObjects.parse("{apiVersion: " + group
                + "/v1, kind: Thing, metadata: {name: one, namespace: " + NAMESPACE.name() + "}, spec: {a: [1, 2.5]}}");
        cluster.apply(definition, ApplyOptions.PLAIN);
        try {
            cluster.apply(thing, ApplyOptions.PLAIN);
            assertThat(cluster.apply(thing, ApplyOptions.PLAIN).changed(), is(false));
            assertThat(cluster.get(thing.ref()).orElseThrow().items("spec", "a"), contains(1L, 2.5));
        } finally {
            cluster.delete(definition.ref());
        }
    }

    @Test
    public void watchTellsEachChangeAndSharesItsConnection() throws InterruptedException {
        Tales first = new Tales();
        Tales second = new Tales();
        Selection selection = Selection.of("v1", "ConfigMap", NAMESPACE.name());
        Cancellable one = cluster.watch(selection, first);
        first.awaitSaying("synced");
        cluster.apply(config, ApplyOptions.PLAIN);
        first.awaitSaying("changed settings");
        Cancellable two = cluster.reportingTo(sink).watch(selection, second);
        second.awaitSaying("changed settings");
        second.awaitSaying("synced");
        cluster.delete(config.ref());
        first.awaitSaying("deleted settings");
        second.awaitSaying("deleted settings");
        one.cancel();
        two.cancel();
    }

    @Test
    public void readOnlyUserIsToldWhatIsMissing() {
        Fabric8Cluster reader =
                Fabric8Cluster.open(RawClient.readOnlyUser(access, cluster, NAMESPACE.name()), scheduler, sink);
        ReleaseException e = assertThrows(ReleaseException.class, () -> reader.apply(config, ApplyOptions.PLAIN));
        assertThat(e.problem().kind(), equalTo(Problem.Kind.NOT_PERMITTED));
        assertThat(
                e.getMessage(), containsString("{apiGroups: [\"\"], resources: [\"configmaps\"], verbs: [\"patch\"]}"));
        AccessRight read = new AccessRight("get", "", "configmaps", NAMESPACE.name());
        AccessRight write = new AccessRight("patch", "", "configmaps", NAMESPACE.name());
        assertThat(reader.missingRights(List.of(read, write)), contains(write));
        reader.close();
    }

    @Test
    public void wrongTokenWrongAuthorityAndClosedPort() {
        Duration brief = Duration.ofSeconds(1);
        String ca = RawClient.caPem(access);
        ClusterAccess token =
                ClusterAccess.server(cluster.address(), ca).withToken("wrong").withPatience(brief);
        assertThat(
                failureOf(token),
                allOf(containsString("NOT_PERMITTED"), containsString("does not accept the credentials")));
        ClusterAccess authority =
                ClusterAccess.server(cluster.address(), "").withToken("x").withPatience(brief);
        assertThat(failureOf(authority), allOf(containsString("UNREACHABLE"), containsString("is not trusted")));
        ClusterAccess port =
                ClusterAccess.server("https://127.0.0.1:1", ca).withToken("x").withPatience(brief);
        assertThat(
                failureOf(port),
                allOf(containsString("UNREACHABLE"), containsString("127.0.0.1:1"), containsString("refused")));
        ClusterAccess plain = ClusterAccess.server(cluster.address().replace("https:", "http:"), "")
                .withPatience(brief);
        assertThat(failureOf(plain), containsString("speaks TLS on this port"));
    }

    private String failureOf(ClusterAccess wrong) {
        try (Fabric8Cluster port = Fabric8Cluster.open(wrong, scheduler, sink)) {
            ReleaseException e = assertThrows(ReleaseException.class, port::apis);
            return e.problem().kind() + " " + e.getMessage();
        }
    }

    @Test
    public void apiServerAwayForTwentySecondsIsSurvivedByCallsAndWatches() throws Exception {
        Tales tales = new Tales();
        Cancellable watch = cluster.watch(Selection.of("v1", "ConfigMap", NAMESPACE.name()), tales);
        tales.awaitSaying("synced");
        Testbed.fault("apiserver", 20);
        cluster.apply(config, ApplyOptions.PLAIN);
        tales.awaitSaying("changed settings");
        watch.cancel();
        assertThat(sink.of(ProgressEvent.Retrying.class), not(empty()));
    }

    private static KubeObject inNamespace(String yaml) {
        return FakeObjects.parse(yaml).with(NAMESPACE.name(), "metadata", "namespace");
    }

    private static Object[] image() {
        return new Object[] {"spec", "template", "spec", "containers", 0, "image"};
    }

    /** What a listener was told, to be waited for. */
    private static final class Tales implements WatchListener {
        private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

        void awaitSaying(String wanted) throws InterruptedException {
            for (String next = poll(); !next.equals(wanted); next = poll()) {
                assertThat(next, not(containsString("failed")));
            }
        }

        private String poll() throws InterruptedException {
            String next = told.poll(90, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing more was told");
            }
            return next;
        }

        @Override
        public void changed(KubeObject object) {
            told.add("changed " + object.name());
        }

        @Override
        public void deleted(KubeObject object) {
            told.add("deleted " + object.name());
        }

        @Override
        public void synced() {
            told.add("synced");
        }

        @Override
        public void failed(RuntimeException reason) {
            told.add("failed " + reason.getMessage());
        }
    }
}
