package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;

/** The first stage of a release: its plan, with all that it has found told. */
final class PlanStage {
    private PlanStage() {}

    /** @throws ManifestsRefusedException after its findings were told */
    static ReleasePlan run(ReleaseRequest request, ClusterPort port, ReleaseRecorder recorder) {
        return recorder.stage("Plan", "", () -> {
            ReleasePlan plan;
            try {
                plan = ReleasePlanner.plan(request, FactsOfCluster.of(port));
            } catch (ManifestsRefusedException e) {
                e.findings().forEach(f -> recorder.accept(new ProgressEvent.Checked(f)));
                throw e;
            }
            plan.findings().forEach(f -> recorder.accept(new ProgressEvent.Checked(f)));
            plan.upgrades()
                    .forEach(u -> recorder.accept(new ProgressEvent.Upgraded(u.object(), u.from(), u.to(), u.diff())));
            plan.images()
                    .forEach(i -> recorder.accept(
                            new ProgressEvent.ImageReplaced(i.object(), i.container(), i.from(), i.to())));
            new DrainStage(port, recorder).tell(plan);
            recorder.configHashes(plan.configHashes());
            return plan;
        });
    }
}
