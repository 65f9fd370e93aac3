package io.jenkins.plugins.k8srollout.engine.manifest.upgrade;

import io.jenkins.plugins.k8srollout.engine.manifest.SecretMask;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Optional;

/**
 * An object as it can be applied.
 *
 * @param original as it was
 * @param object rewritten, or as it was
 * @param change which version became which; empty if nothing was rewritten. Both are the same where only a reference
 *     inside the object was rewritten
 * @param notes what behaves differently now, or was kept the same by a field written out; one sentence each
 * @param obstacle why the object cannot be rewritten although its version is not served; empty if it can, or need not
 */
public record Upgrade(
        KubeObject original,
        KubeObject object,
        Optional<Change> change,
        List<String> notes,
        Optional<String> obstacle) {
    public Upgrade {
        notes = List.copyOf(notes);
    }

    /** API versions as in {@code extensions/v1beta1}. */
    public record Change(String from, String to) {}

    /** Unified, of the object as YAML, secrets hidden; empty text if nothing was rewritten. Made anew at each call. */
    public String diff() {
        return SecretMask.diff(
                original + " " + original.apiVersion(), original, object + " " + object.apiVersion(), object);
    }
}
