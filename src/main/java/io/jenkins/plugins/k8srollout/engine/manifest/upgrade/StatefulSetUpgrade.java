package io.jenkins.plugins.k8srollout.engine.manifest.upgrade;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Optional;

/** StatefulSets of the betas of {@code apps}. */
final class StatefulSetUpgrade implements KindUpgrade {

    @Override
    public List<String> kinds() {
        return List.of("StatefulSet");
    }

    @Override
    public List<String> versions() {
        return List.of("apps/v1", "apps/v1beta2", "apps/v1beta1");
    }

    @Override
    public Optional<KubeObject> convert(KubeObject object, String to, ApiUpgrade.Notes notes) {
        KubeObject result = WorkloadDefaults.writeOut(object, notes);
        if (object.apiVersion().equals("apps/v1beta1")) {
            result = WorkloadDefaults.keepOnDelete(result, notes);
        }
        return Optional.of(result);
    }
}
