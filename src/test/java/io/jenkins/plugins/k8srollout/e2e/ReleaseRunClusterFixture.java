package io.jenkins.plugins.k8srollout.e2e;

import static org.hamcrest.MatcherAssert.assertThat;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.cluster.Fabric8Cluster;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRun;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseTools;
import io.jenkins.plugins.k8srollout.engine.release.SystemScheduler;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Before;
import org.junit.ClassRule;

/** A connection to a real cluster with a namespace of its own, and what one release tells of itself there. */
public abstract class ReleaseRunClusterFixture {
    @ClassRule
    public static final OwnNamespace NAMESPACE = new OwnNamespace("e2e-release");

    static final String MANIFESTS = """
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
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                    - name: web
                      image: REGISTRY/base/web:1
                      ports: [{containerPort: 8080}]
                      envFrom: [{configMapRef: {name: settings}}]
                      resources:
                        requests: {cpu: 10m, memory: 16Mi}
                        limits: {memory: 64Mi}
                      readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1}
            """;
    final CapturingSink sink = new CapturingSink();
    final List<WatchToken> saved = new ArrayList<>();
    final ExecutorService workers = Executors.newCachedThreadPool();
    SystemScheduler scheduler;
    Fabric8Cluster cluster;

    @Before
    public void open() throws InterruptedException {
        ClusterAccess access = Testbed.access();
        scheduler = new SystemScheduler();
        cluster = Fabric8Cluster.open(access, scheduler, sink);
        cluster.delete(web());
        Testbed.awaitGone(cluster, web());
    }

    @After
    public void close() {
        workers.shutdownNow();
        if (cluster != null) {
            cluster.close();
            scheduler.close();
        }
    }

    static ObjectRef web() {
        return NAMESPACE.ref("apps/v1", "Deployment", "web");
    }

    KubeObject live() {
        return cluster.get(web()).orElseThrow();
    }

    static ReleaseRequest request(String manifests) {
        return builder(manifests).build();
    }

    static ReleaseRequest.Builder builder(String manifests) {
        String text = manifests.replace("REGISTRY", Testbed.registry());
        return ReleaseRequest.builder()
                .namespace(NAMESPACE.name())
                .timeout(Duration.ofMinutes(3))
                .manifests(List.of(new ManifestSource("deploy/web.yaml", text)));
    }

    ReleaseTools tools() {
        return new ReleaseTools(cluster, scheduler, workers, sink);
    }

    ReleaseRecord run(ReleaseRequest request) throws InterruptedException {
        return run(request, sink);
    }

    ReleaseRecord run(ReleaseRequest request, ProgressSink told) throws InterruptedException {
        BlockingQueue<ReleaseRecord> ended = new LinkedBlockingQueue<>();
        ReleaseTools tools = new ReleaseTools(cluster, scheduler, workers, told);
        ReleaseRun.start(request, tools, saved::add, ended::add);
        ReleaseRecord record = ended.poll(300, TimeUnit.SECONDS);
        assertThat("the release ended", record != null);
        return record;
    }
}
