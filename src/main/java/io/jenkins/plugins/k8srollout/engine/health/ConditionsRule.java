package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Any other kind, by the customs of {@code status.conditions} (Kubernetes API conventions; {@code Stalled} and
 * {@code Reconciling} are kstatus' names). Without a known condition nothing can be said.
 */
final class ConditionsRule implements KindRule {
    private static final List<String> GOOD = List.of("Ready", "Available", "Succeeded", "Complete");
    private static final List<String> BAD = List.of("Stalled", "Failed");

    @Override
    public Health judge(KubeObject object) {
        for (String type : BAD) {
            Optional<KubeObject> condition = Conditions.isTrue(object, type);
            if (condition.isPresent()) {
                return KindRule.failed(
                        object,
                        type,
                        Conditions.words(condition.get()),
                        "See the documentation of " + object.kind() + " and its controller's log");
            }
        }
        Optional<KubeObject> busy = Conditions.isTrue(object, "Reconciling");
        if (busy.isPresent()) {
            return KindRule.progressing("reconciling: " + Conditions.words(busy.get()));
        }
        return GOOD.stream()
                .flatMap(type -> Conditions.find(object, type).stream())
                .findFirst()
                .map(condition -> good(object, condition))
                .orElseGet(() ->
                        Health.of(Health.State.UNKNOWN, object.kind() + " tells nothing that health can be judged by"));
    }

    private static Health good(KubeObject object, KubeObject condition) {
        String type = condition.text("type").orElse("");
        long wanted = object.numberOr(0, "metadata", "generation");
        if (condition.numberOr(wanted, "observedGeneration") < wanted) {
            return KindRule.progressing("condition " + type + " is of an earlier generation");
        }
        return Conditions.status(condition).equals("True")
                ? KindRule.healthy(type.toLowerCase(Locale.ROOT))
                : KindRule.progressing("not " + type.toLowerCase(Locale.ROOT) + ": " + Conditions.words(condition));
    }
}
