package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.affinity.DrainingControllers;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.List;

/** Tells, before anything is changed, what a drain of sessions cannot give. Changes nothing; blocks. */
final class DrainStage {
    private final ClusterPort port;
    private final ProgressSink sink;

    DrainStage(ClusterPort port, ProgressSink sink) {
        this.port = port;
        this.sink = sink;
    }

    void tell(ReleasePlan plan) {
        if (plan.request().drain().isZero()) {
            return;
        }
        String version = port.apis().serverVersion();
        for (KubeObject object : plan.objects()) {
            SessionDrain.loss(object, version).ifPresent(this::warn);
            if (SessionDrain.applies(object)) {
                port.get(object.ref())
                        .filter(live -> isLacking(plan, live))
                        .ifPresent(live -> warn(live.ref()
                                + ": the pods that run now do not know of the drain, and end as they always did;"
                                + " it holds from the next release on"));
            }
        }
        List<KubeObject> ingresses =
                plan.objects().stream().filter(o -> o.kind().equals("Ingress")).toList();
        if (!ingresses.isEmpty()) {
            List<KubeObject> classes = classes();
            ingresses.forEach(i -> DrainingControllers.doubt(i, classes).ifPresent(this::warn));
        }
    }

    private static boolean isLacking(ReleasePlan plan, KubeObject live) {
        return live.numberOr(0, "spec", "template", "spec", "terminationGracePeriodSeconds")
                < plan.request().drain().toSeconds();
    }

    private List<KubeObject> classes() {
        String version =
                port.apis().versionsOf("IngressClass").stream().findFirst().orElse("networking.k8s.io/v1");
        try {
            return port.list(Selection.of(version, "IngressClass", ""));
        } catch (ReleaseException e) {
            if (e.problem().kind() == Problem.Kind.NOT_PERMITTED) {
                return List.of(); // then it is said that the controller is not known
            }
            throw e;
        }
    }

    private void warn(String text) {
        sink.accept(new ProgressEvent.Notice(Severity.WARNING, text));
    }
}
