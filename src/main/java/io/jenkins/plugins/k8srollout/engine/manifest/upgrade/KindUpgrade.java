package io.jenkins.plugins.k8srollout.engine.manifest.upgrade;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Optional;

/** How objects of one kind, or of several with one history, are rewritten between their versions. */
interface KindUpgrade {
    List<String> kinds();

    /** API versions, newest first; the first that a cluster serves is the target. */
    List<String> versions();

    /**
     * Rewrites everything but {@code apiVersion} and {@code status}, which the caller sees to.
     *
     * @param object of one of the {@link #versions}
     * @param to another of them, newer or older
     * @param notes takes what behaves differently
     * @return empty, with the reason in {@code notes}, if the target cannot express the object
     */
    Optional<KubeObject> convert(KubeObject object, String to, ApiUpgrade.Notes notes);
}
