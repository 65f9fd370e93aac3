package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyResult;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.Applied.Change;
import io.jenkins.plugins.k8srollout.engine.manifest.SecretMask;
import io.jenkins.plugins.k8srollout.engine.manifest.UnifiedDiff;
import io.jenkins.plugins.k8srollout.engine.manifest.YamlText;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;

/** What an apply has changed, for people: without the server's bookkeeping, secrets hidden. */
final class AppliedDiff {
    private AppliedDiff() {}

    static Change change(ApplyResult result) {
        if (result.before().isEmpty()) {
            return Change.CREATED;
        }
        return result.changed() ? Change.CHANGED : Change.UNCHANGED;
    }

    static String of(ApplyResult result) {
        KubeObject after = readable(result.after());
        String name = after.ref().toString();
        if (result.before().isEmpty()) {
            return UnifiedDiff.of("absent", "", name, YamlText.write(SecretMask.mask(after)));
        }
        return SecretMask.diff(name + " (now)", readable(result.before().get()), name, after);
    }

    private static KubeObject readable(KubeObject object) {
        return object.without("status")
                .without("metadata", "managedFields")
                .without("metadata", "resourceVersion")
                .without("metadata", "generation")
                .without("metadata", "uid")
                .without("metadata", "selfLink")
                .without("metadata", "creationTimestamp");
    }
}
