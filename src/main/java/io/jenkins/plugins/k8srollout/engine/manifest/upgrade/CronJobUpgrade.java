package io.jenkins.plugins.k8srollout.engine.manifest.upgrade;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Optional;

/** CronJobs, which reached {@code batch/v1} only in Kubernetes 1.21. */
final class CronJobUpgrade implements KindUpgrade {

    @Override
    public List<String> kinds() {
        return List.of("CronJob");
    }

    @Override
    public List<String> versions() {
        return List.of("batch/v1", "batch/v1beta1", "batch/v2alpha1");
    }

    @Override
    public Optional<KubeObject> convert(KubeObject object, String to, ApiUpgrade.Notes notes) {
        if (!to.equals("batch/v1") && object.has("spec", "timeZone")) {
            notes.add(
                    "spec.timeZone is not known to this cluster and was removed: the schedule runs in the time zone of"
                            + " the controller manager");
            return Optional.of(object.without("spec", "timeZone"));
        }
        return Optional.of(object);
    }
}
