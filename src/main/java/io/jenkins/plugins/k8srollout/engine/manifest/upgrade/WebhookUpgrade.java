package io.jenkins.plugins.k8srollout.engine.manifest.upgrade;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Admission webhooks, whose every default changed with v1; the old ones are written out. */
final class WebhookUpgrade implements KindUpgrade {
    private static final String V1 = "admissionregistration.k8s.io/v1";
    private static final Set<String> SIDE_EFFECTS = Set.of("None", "NoneOnDryRun");
    private static final Map<String, Object> OLD_DEFAULTS = Map.of(
            "failurePolicy",
            "Ignore",
            "matchPolicy",
            "Exact",
            "timeoutSeconds",
            30,
            "admissionReviewVersions",
            List.of("v1beta1"));

    @Override
    public List<String> kinds() {
        return List.of("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration");
    }

    @Override
    public List<String> versions() {
        return List.of(V1, "admissionregistration.k8s.io/v1beta1");
    }

    @Override
    public Optional<KubeObject> convert(KubeObject object, String to, ApiUpgrade.Notes notes) {
        if (!to.equals(V1)) {
            return Optional.of(object);
        }
        List<Object> webhooks = new ArrayList<>();
        for (KubeObject webhook : object.children("webhooks")) {
            if (!SIDE_EFFECTS.contains(webhook.text("sideEffects").orElse("Unknown"))) {
                return notes.impossible("webhook " + webhook.text("name").orElse("without a name")
                        + " must say sideEffects: None or NoneOnDryRun, which only its author knows");
            }
            KubeObject result = webhook;
            for (String field : OLD_DEFAULTS.keySet().stream().sorted().toList()) {
                if (!webhook.has(field)) {
                    result = result.with(OLD_DEFAULTS.get(field), field);
                }
            }
            webhooks.add(result.fields());
        }
        notes.add(
                "the old defaults of failurePolicy, matchPolicy, timeoutSeconds and admissionReviewVersions were written out");
        return Optional.of(object.with(webhooks, "webhooks"));
    }
}
