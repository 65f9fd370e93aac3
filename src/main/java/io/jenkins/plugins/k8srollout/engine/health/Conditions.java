package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Optional;

/** Reads {@code status.conditions}, the list in which Kubernetes objects tell of themselves. */
final class Conditions {
    private Conditions() {}

    static Optional<KubeObject> find(KubeObject object, String type) {
        return object.children("status", "conditions").stream()
                .filter(c -> type.equals(c.text("type").orElse("")))
                .findFirst();
    }

    static Optional<KubeObject> isTrue(KubeObject object, String type) {
        return find(object, type).filter(c -> "True".equals(status(c)));
    }

    static Optional<KubeObject> isFalse(KubeObject object, String type) {
        return find(object, type).filter(c -> "False".equals(status(c)));
    }

    static String status(KubeObject condition) {
        return condition.text("status").orElse("");
    }

    static String reason(KubeObject condition) {
        return condition.text("reason").orElse("");
    }

    static String message(KubeObject condition) {
        return condition.text("message").orElse("");
    }

    /** Reason and message in one line, whichever there are. */
    static String words(KubeObject condition) {
        String reason = reason(condition);
        String message = message(condition);
        return reason.isEmpty() || message.isEmpty() ? reason + message : reason + ": " + message;
    }
}
