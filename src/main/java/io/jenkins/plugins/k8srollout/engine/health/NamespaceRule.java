package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;

/** Namespace: active; one that is being deleted takes no new objects and never comes back. */
final class NamespaceRule implements KindRule {
    @Override
    public Health judge(KubeObject object) {
        boolean ending = object.text("status", "phase").orElse("").equals("Terminating")
                || object.has("metadata", "deletionTimestamp");
        return ending
                ? KindRule.failed(
                        object,
                        "NamespaceTerminating",
                        "the namespace is being deleted",
                        "Wait until it is gone and create it again")
                : KindRule.healthy("active");
    }
}
