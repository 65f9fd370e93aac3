package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Optional;

/**
 * The condition {@code ProgressDeadlineExceeded} of a Deployment. Its controller keeps the condition of the former
 * template, together with the new {@code observedGeneration}, until it sees the new template make progress, and does not
 * write it anew if that one stalls, too (kubernetes/kubernetes: pkg/controller/deployment/progress.go).
 */
final class StalledCondition {
    private StalledCondition() {}

    /** When it was written, in the cluster's words; empty if the object has none. */
    static Optional<String> time(KubeObject object) {
        return object.children("status", "conditions").stream()
                .filter(StalledCondition::is)
                .map(StalledCondition::written)
                .findFirst();
    }

    /** The object without this condition, if it was written at that time. */
    static KubeObject without(KubeObject object, String time) {
        List<KubeObject> conditions = object.children("status", "conditions");
        List<KubeObject> others = conditions.stream()
                .filter(c -> !(is(c) && written(c).equals(time)))
                .toList();
        return others.size() == conditions.size() ? object : object.with(others, "status", "conditions");
    }

    private static boolean is(KubeObject condition) {
        return condition.text("type").orElse("").equals("Progressing")
                && condition.text("reason").orElse("").equals("ProgressDeadlineExceeded");
    }

    // Never empty, as that would be no condition at all.
    private static String written(KubeObject condition) {
        return condition
                .text("lastUpdateTime")
                .or(() -> condition.text("lastTransitionTime"))
                .orElse("unknown");
    }
}
