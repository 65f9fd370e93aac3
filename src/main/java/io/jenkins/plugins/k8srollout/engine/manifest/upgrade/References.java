package io.jenkins.plugins.k8srollout.engine.manifest.upgrade;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis;
import java.util.List;
import java.util.Optional;

/** Mends references by API version: an autoscaler that names a version that is not served never scales. */
final class References {
    private static final Object[] TARGET = {"spec", "scaleTargetRef"};

    private References() {}

    static KubeObject upgrade(KubeObject object, ServedApis apis, ApiUpgrade.Notes notes) {
        if (!object.kind().equals("HorizontalPodAutoscaler")) {
            return object;
        }
        KubeObject target = object.child(TARGET);
        String from = target.apiVersion();
        List<String> versions =
                KindUpgrades.of(from, target.kind()).map(KindUpgrade::versions).orElse(List.of());
        Optional<String> to =
                versions.stream().filter(v -> apis.serves(v, target.kind())).findFirst();
        if (to.isEmpty() || to.get().equals(from)) {
            return object;
        }
        notes.add("spec.scaleTargetRef.apiVersion became " + to.get());
        return object.with(target.with(to.get(), "apiVersion").fields(), TARGET);
    }
}
