package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.ManifestDocument;
import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import io.jenkins.plugins.k8srollout.engine.manifest.upgrade.Upgrade;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Optional;
import java.util.Set;

/**
 * One object of the folder.
 *
 * @param document the object as it would be applied, at its place in the file
 * @param upgrade how it was rewritten
 * @param namespace where it would go; empty text if unknown or cluster-scoped
 * @param template its pod template
 */
record Item(ManifestDocument document, Upgrade upgrade, String namespace, Optional<PodTemplate> template) {
    private static final Set<String> ONE_SHOT_KINDS = Set.of("Job", "CronJob", "PodTemplate");

    KubeObject object() {
        return document.object();
    }

    String name() {
        return object().name();
    }

    /** Whether the object is of this kind in this API group, so that Knative's Service is no Service. */
    boolean is(String group, String kind) {
        return object().kind().equals(kind) && object().ref().group().equals(group);
    }

    boolean isCore(String kind) {
        return is("", kind);
    }

    /** The template of pods that stay and can be behind a Service. */
    Optional<PodTemplate> servingTemplate() {
        return template().filter(t -> !ONE_SHOT_KINDS.contains(object().kind()));
    }
}
