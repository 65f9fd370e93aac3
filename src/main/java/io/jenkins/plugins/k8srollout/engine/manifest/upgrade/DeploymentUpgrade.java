package io.jenkins.plugins.k8srollout.engine.manifest.upgrade;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Optional;

/** Deployments of {@code extensions} and the betas of {@code apps}. */
final class DeploymentUpgrade implements KindUpgrade {

    @Override
    public List<String> kinds() {
        return List.of("Deployment");
    }

    @Override
    public List<String> versions() {
        return List.of("apps/v1", "apps/v1beta2", "apps/v1beta1", "extensions/v1beta1");
    }

    @Override
    public Optional<KubeObject> convert(KubeObject object, String to, ApiUpgrade.Notes notes) {
        if (!to.equals("apps/v1")) {
            return Optional.of(object); // Kubernetes 1.8 and older
        }
        KubeObject result = WorkloadDefaults.writeOut(object, notes);
        result = WorkloadDefaults.drop(result, notes, "rollbackTo");
        if (object.apiVersion().equals("extensions/v1beta1")) {
            result = keepStep(result, notes);
            if (!object.has("spec", "progressDeadlineSeconds")) {
                notes.add("spec.progressDeadlineSeconds is now 600 by default; there was no deadline before");
            }
            if (!object.has("spec", "revisionHistoryLimit")) {
                notes.add("spec.revisionHistoryLimit is now 10 by default; all revisions were kept before");
            }
        } else if (object.apiVersion().equals("apps/v1beta1") && !object.has("spec", "revisionHistoryLimit")) {
            notes.add("spec.revisionHistoryLimit is now 10 by default; it was 2 before");
        }
        return Optional.of(result);
    }

    /** The old version replaced pods one by one, where the new one takes a quarter of them at a time. */
    private static KubeObject keepStep(KubeObject object, ApiUpgrade.Notes notes) {
        if (object.text("spec", "strategy", "type").filter("Recreate"::equals).isPresent()) {
            return object;
        }
        KubeObject result = object;
        for (String field : List.of("maxSurge", "maxUnavailable")) {
            if (!object.has("spec", "strategy", "rollingUpdate", field)) {
                result = result.with(1, "spec", "strategy", "rollingUpdate", field);
                notes.add(
                        "spec.strategy.rollingUpdate." + field + " was 1 by default and stays so; it would be 25% now");
            }
        }
        return result;
    }
}
