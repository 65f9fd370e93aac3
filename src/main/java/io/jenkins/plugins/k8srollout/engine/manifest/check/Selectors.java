package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides which labels a selector matches. */
final class Selectors {
    private Selectors() {}

    /** A plain map of labels, as of a Service. */
    static boolean matches(Map<String, String> selector, Map<String, String> labels) {
        return labels.entrySet().containsAll(selector.entrySet());
    }

    /** A label selector with {@code matchLabels} and {@code matchExpressions}. */
    static boolean matches(KubeObject selector, Map<String, String> labels) {
        return mismatch(selector, labels).isEmpty();
    }

    /** @return the first requirement that the labels do not meet, as people write it */
    static Optional<String> mismatch(KubeObject selector, Map<String, String> labels) {
        Optional<String> label = mismatch(selector.strings("matchLabels"), labels);
        if (label.isPresent()) {
            return label;
        }
        for (KubeObject expression : selector.children("matchExpressions")) {
            String key = expression.text("key").orElse("");
            String operator = expression.text("operator").orElse("");
            List<Object> values = expression.items("values");
            boolean has = labels.containsKey(key);
            boolean met =
                    switch (operator) {
                        case "In" -> has && values.contains(labels.get(key));
                        case "NotIn" -> !has || !values.contains(labels.get(key));
                        case "Exists" -> has;
                        case "DoesNotExist" -> !has;
                        default -> true; // the server reports it
                    };
            if (!met) {
                return Optional.of(key + " " + operator + (values.isEmpty() ? "" : " " + values));
            }
        }
        return Optional.empty();
    }

    static Optional<String> mismatch(Map<String, String> selector, Map<String, String> labels) {
        return selector.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(labels.get(entry.getKey())))
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .findFirst();
    }
}
