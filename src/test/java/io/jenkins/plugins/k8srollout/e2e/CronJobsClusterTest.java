package io.jenkins.plugins.k8srollout.e2e;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.WatchListener;
import io.jenkins.plugins.k8srollout.engine.model.CronJobs;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.strategy.Suspension;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** CronJobs that rest while a release runs, on a real cluster in whichever version it serves: value and ownership. */
public class CronJobsClusterTest extends ReleaseRunClusterFixture {
    private static final String CRON_JOB = """
            apiVersion: VERSION
            kind: CronJob
            metadata: {name: nightly}
            spec:
              schedule: "0 3 1 1 *"
              jobTemplate:
                spec:
                  template:
                    metadata: {labels: {app: web, part: cron}}
                    spec:
                      restartPolicy: Never
                      containers:
                        - name: job
                          image: REGISTRY/base/web:1
                          command: [sh, -c, "sleep SECONDS"]
                          resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {memory: 64Mi}}
            """.replace("SECONDS", "6");

    private String version;

    @Before
    public void findVersion() throws InterruptedException {
        version = cluster.apis().serves("batch/v1", "CronJob") ? "batch/v1" : "batch/v1beta1";
        cluster.delete(nightly());
        Testbed.awaitGone(cluster, nightly());
    }

    @After
    public void removeCronJob() {
        if (cluster != null && version != null) {
            cluster.delete(nightly());
        }
    }

    @Test
    public void oneOfSomebodyElseRestsAndIsExactlyAsItWasAfterwards() throws InterruptedException {
        healthy(builder(MANIFESTS).build());
        RawClient.create(
                Testbed.access(),
                "/apis/" + version + "/namespaces/" + NAMESPACE.name() + "/cronjobs",
                placed(CRON_JOB),
                "kubectl-client-side-apply");
        KubeObject before = cluster.booked(nightly()).orElseThrow();
        startJob(before);
        List<String> order = new CopyOnWriteArrayList<>();
        try (Seen seen = new Seen(order)) {
            healthy(builder(changed(MANIFESTS)).cronJobs(CronJobs.SUSPEND).build());
        }
        assertThat(order.indexOf("suspended") < order.lastIndexOf("Job ended"), equalTo(true));
        assertThat(order.lastIndexOf("Job ended") < order.lastIndexOf("Deployment 2"), equalTo(true));
        assertThat(sink.lines(), hasItem(containsString("Waiting for Job/" + NAMESPACE.name() + "/by-hand")));
        asBefore(before);
    }

    @Test
    public void afterAFailureItIsAsItWas() throws InterruptedException {
        healthy(builder(MANIFESTS).build());
        RawClient.apply(Testbed.access(), placed(CRON_JOB).with(false, "spec", "suspend"), "argocd");
        KubeObject before = cluster.booked(nightly()).orElseThrow();
        ReleaseRecord record = run(builder(MANIFESTS.replace("web:1", "web:absent"))
                .cronJobs(CronJobs.SUSPEND)
                .build());
        assertThat(record.outcome(), equalTo(Outcome.ROLLED_BACK));
        asBefore(before);
    }

    @Test
    public void oneOfTheManifestsIsInTheEndAsAPlainReleaseWouldLeaveIt() throws InterruptedException {
        String silent = MANIFESTS + "---\n" + CRON_JOB.replace("VERSION", version);
        String loud = silent.replace("  schedule", "  suspend: true\n  schedule");
        healthy(builder(silent).cronJobs(CronJobs.SUSPEND).build()); // it is new
        assertThat(live(nightly()).flag("spec", "suspend"), equalTo(false));
        assertThat(owners(), not(hasItem(containsString("kubernetes-rollout"))));
        healthy(builder(changed(loud)).cronJobs(CronJobs.SUSPEND).build());
        assertThat(live(nightly()).flag("spec", "suspend"), equalTo(true));
        assertThat(owners(), equalTo(List.of("kubernetes-rollout Apply")));
        healthy(builder(silent).cronJobs(CronJobs.SUSPEND).build());
        assertThat("left out again", live(nightly()).flag("spec", "suspend"), equalTo(false));
        assertThat(owners(), not(hasItem(containsString("kubernetes-rollout"))));
        assertThat(live(nightly()).annotations().containsKey(Suspension.ANNOTATION), equalTo(false));
    }

    private void asBefore(KubeObject before) {
        KubeObject after = cluster.booked(nightly()).orElseThrow();
        assertThat(after.child("spec"), equalTo(before.child("spec")));
        assertThat(after.annotations(), equalTo(before.annotations()));
        assertThat(
                "nobody has lost or won a field",
                after.children("metadata", "managedFields").stream()
                        .filter(e -> !e.has("fieldsV1", "f:status"))
                        .toList(),
                equalTo(before.children("metadata", "managedFields").stream()
                        .filter(e -> !e.has("fieldsV1", "f:status"))
                        .toList()));
    }

    private List<String> owners() {
        return cluster.booked(nightly()).orElseThrow().children("metadata", "managedFields").stream()
                .filter(e -> e.has("fieldsV1", "f:spec", "f:suspend"))
                .map(e ->
                        e.text("manager").orElse("") + " " + e.text("operation").orElse(""))
                .toList();
    }

    private void startJob(KubeObject cronJob) {
        KubeObject job = FakeObjects.parse("""
                        apiVersion: batch/v1
                        kind: Job
                        metadata:
                          name: by-hand
                          namespace: %s
                          ownerReferences: [{apiVersion: %s, kind: CronJob, name: nightly, uid: %s, controller: true}]
                        """.formatted(NAMESPACE.name(), version, cronJob.uid()))
                .with(cronJob.child("spec", "jobTemplate", "spec").fields(), "spec");
        cluster.create(job);
    }

    private KubeObject placed(String yaml) {
        return FakeObjects.parse(yaml.replace("VERSION", version).replace("REGISTRY", Testbed.registry()))
                .with(NAMESPACE.name(), "metadata", "namespace");
    }

    private ObjectRef nightly() {
        return NAMESPACE.ref(version, "CronJob", "nightly");
    }

    private KubeObject live(ObjectRef ref) {
        return cluster.get(ref).orElseThrow();
    }

    private static String changed(String manifests) {
        return manifests.replace("VERSION: \"1\"", "VERSION: \"2\"");
    }

    private void healthy(ReleaseRequest request) throws InterruptedException {
        ReleaseRecord record = run(request);
        assertThat(record.problem().toString(), record.outcome(), equalTo(Outcome.HEALTHY));
    }

    /** Writes down in which order things happen. */
    private final class Seen implements AutoCloseable, WatchListener {
        private final List<String> order;
        private final List<Cancellable> watches;

        Seen(List<String> order) {
            this.order = order;
            this.watches = List.of(
                    cluster.watch(Selection.of(version, "CronJob", NAMESPACE.name()), this),
                    cluster.watch(Selection.of("batch/v1", "Job", NAMESPACE.name()), this),
                    cluster.watch(Selection.of("apps/v1", "Deployment", NAMESPACE.name()), this));
        }

        @Override
        public void changed(KubeObject object) {
            switch (object.kind()) {
                case "CronJob" -> order.add(object.flag("spec", "suspend") ? "suspended" : "awake");
                case "Job" -> order.add(object.has("status", "completionTime") ? "Job ended" : "Job");
                default -> order.add("Deployment " + object.numberOr(0, "metadata", "generation"));
            }
        }

        @Override
        public void deleted(KubeObject object) {
            order.add("deleted " + object.ref());
        }

        @Override
        public void synced() {
            order.add("synced");
        }

        @Override
        public void failed(RuntimeException reason) {
            throw new AssertionError("the watch failed", reason);
        }

        @Override
        public void close() {
            watches.forEach(Cancellable::cancel);
        }
    }
}
