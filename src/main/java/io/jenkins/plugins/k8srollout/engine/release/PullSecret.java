package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplates;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lets pods pull with a Secret, beside those that the manifest names itself. */
final class PullSecret {
    private PullSecret() {}

    static KubeObject reference(KubeObject object, Optional<String> secret) {
        Optional<PodTemplate> template = PodTemplates.of(object);
        if (secret.isEmpty() || template.isEmpty()) {
            return object;
        }
        List<Object> secrets = new ArrayList<>(template.get().spec().items("imagePullSecrets"));
        Map<String, Object> entry = Map.of("name", secret.get());
        if (secrets.contains(entry)) {
            return object;
        }
        secrets.add(entry);
        return object.with(secrets, template.get().at("spec", "imagePullSecrets"));
    }
}
