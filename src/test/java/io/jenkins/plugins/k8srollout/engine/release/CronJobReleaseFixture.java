package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.model.CronJobs;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Batches;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Pause;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.strategy.Suspension;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import io.jenkins.plugins.k8srollout.testutil.MortalCluster;
import java.util.List;
import java.util.Optional;
import org.junit.Before;

/** A CronJob that belongs to a released Deployment, and another that does not. */
abstract class CronJobReleaseFixture extends ReleaseRunFixture {
    static final ObjectRef NIGHTLY = new ObjectRef("batch/v1", "CronJob", "shop", "nightly");
    static final ObjectRef RUN = new ObjectRef("batch/v1", "Job", "shop", "nightly-1");
    static final String CRON_JOB = """
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: nightly, namespace: shop, uid: u1}
            spec:
              schedule: "0 3 * * *"
              jobTemplate:
                spec:
                  template:
                    metadata: {labels: {app: web, part: cron}}
                    spec:
                      restartPolicy: Never
                      containers: [{name: job, image: registry.example.com/shop/web:1, resources: {requests: {cpu: 1m, memory: 8Mi}, limits: {memory: 16Mi}}}]
            """;
    static final String TWO = MANIFESTS.replace("/web:1", "/web:2");

    @Before
    public void haveACronJobAndAnotherThatIsNotConcerned() {
        assertThat(release(MANIFESTS).outcome(), equalTo(Outcome.HEALTHY));
        cluster.put(nightly(Optional.of(false)));
        cluster.put(FakeObjects.parse(
                CRON_JOB.replace("nightly", "report").replace("u1", "u2").replace("app: web", "app: books")));
        records.clear();
        saved.clear();
    }

    static KubeObject nightly(Optional<Boolean> suspend) {
        KubeObject object = FakeObjects.parse(CRON_JOB);
        return suspend.isPresent() ? object.with(suspend.get(), "spec", "suspend") : object;
    }

    Cancellable startMortal(ReleaseRequest request, MortalCluster mortal) {
        return startMortal(request, mortal, records::add);
    }

    void repair() {
        HoldRepair.find(cluster, "shop", scheduler.now())
                .forEach(held -> HoldRepair.repair(cluster, held.ref(), scheduler));
    }

    void replicas() {
        cluster.removeWhatIsLeftOut();
        List.of(
                        WEB,
                        new ObjectRef("apps/v1", "ReplicaSet", "shop", "web-0"),
                        new ObjectRef("v1", "Pod", "shop", "web-0-a"))
                .forEach(cluster::remove);
        new FakeReplicas(cluster);
        assertThat(release(five(":1")).outcome(), equalTo(Outcome.HEALTHY));
    }

    static String five(String tag) {
        return MANIFESTS.replace("replicas: 1", "replicas: 5").replace("/web:1", "/web" + tag);
    }

    static ReleaseRequest pausing() {
        Strategy strategy = Batches.DEFAULT.withPause(Pause.FIRST);
        return suspending(five(":2")).strategy(strategy).build();
    }

    static ReleaseRequest.Builder suspending(String manifests) {
        return builder(manifests).cronJobs(CronJobs.SUSPEND);
    }

    static KubeObject job() {
        return FakeObjects.parse("""
                apiVersion: batch/v1
                kind: Job
                metadata: {name: nightly-1, namespace: shop, ownerReferences: [{kind: CronJob, name: nightly, uid: u1}]}
                status: {active: 1}
                """);
    }

    boolean suspended() {
        return cluster.get(NIGHTLY).orElseThrow().flag("spec", "suspend");
    }

    List<String> notices() {
        return sink.events().stream()
                .filter(ProgressEvent.Notice.class::isInstance)
                .map(e -> ((ProgressEvent.Notice) e).text())
                .toList();
    }

    void asItWas(Optional<Boolean> suspend) {
        KubeObject live = cluster.get(NIGHTLY).orElseThrow();
        assertThat(live.find("spec", "suspend"), equalTo(suspend.map(v -> (Object) v)));
        assertThat(live.annotations().containsKey(Suspension.ANNOTATION), equalTo(false));
    }
}
