package io.jenkins.plugins.k8srollout.engine.manifest.upgrade;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Optional;

/** DaemonSets of {@code extensions} and {@code apps/v1beta2}. */
final class DaemonSetUpgrade implements KindUpgrade {

    @Override
    public List<String> kinds() {
        return List.of("DaemonSet");
    }

    @Override
    public List<String> versions() {
        return List.of("apps/v1", "apps/v1beta2", "extensions/v1beta1");
    }

    @Override
    public Optional<KubeObject> convert(KubeObject object, String to, ApiUpgrade.Notes notes) {
        KubeObject result = WorkloadDefaults.writeOut(object, notes);
        if (object.apiVersion().equals("extensions/v1beta1")) {
            result = WorkloadDefaults.drop(result, notes, "templateGeneration");
            result = WorkloadDefaults.keepOnDelete(result, notes);
        }
        return Optional.of(result);
    }
}
