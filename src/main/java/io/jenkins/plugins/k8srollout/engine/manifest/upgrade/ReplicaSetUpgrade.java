package io.jenkins.plugins.k8srollout.engine.manifest.upgrade;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Optional;

/** ReplicaSets of {@code extensions} and {@code apps/v1beta2}. */
final class ReplicaSetUpgrade implements KindUpgrade {

    @Override
    public List<String> kinds() {
        return List.of("ReplicaSet");
    }

    @Override
    public List<String> versions() {
        return List.of("apps/v1", "apps/v1beta2", "apps/v1beta1", "extensions/v1beta1");
    }

    @Override
    public Optional<KubeObject> convert(KubeObject object, String to, ApiUpgrade.Notes notes) {
        return Optional.of(WorkloadDefaults.writeOut(object, notes));
    }
}
