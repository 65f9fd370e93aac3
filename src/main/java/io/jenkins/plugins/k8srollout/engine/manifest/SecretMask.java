package io.jenkins.plugins.k8srollout.engine.manifest;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Hides what must not be shown of an object: the values of a Secret, values of environment variables and ConfigMap keys
 * that are named like secrets, and copies of the whole object in annotations.
 */
public final class SecretMask {
    private static final String HIDDEN = "***";
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private SecretMask() {}

    /** The object with hidden values replaced by {@code ***}. */
    public static KubeObject mask(KubeObject object) {
        return masked(object, Optional.empty(), "");
    }

    /**
     * The difference of two states of an object as YAML, secrets hidden; a hidden value that changed shows as such.
     *
     * @param nameA what the first is called in the head
     * @return unified diff; empty text if nothing changed
     */
    public static String diff(String nameA, KubeObject a, String nameB, KubeObject b) {
        String before = YamlText.write(masked(a, Optional.of(b), " (before)"));
        String after = YamlText.write(masked(b, Optional.of(a), " (after)"));
        return UnifiedDiff.of(nameA, before, nameB, after);
    }

    /** @param note follows the mask where {@code other} holds another value at the same place */
    private static KubeObject masked(KubeObject object, Optional<KubeObject> other, String note) {
        Masking masking = new Masking(object, other, note);
        masking.hide("metadata", "annotations", LAST_APPLIED);
        if (object.kind().equals("Secret")) {
            object.child("data").fields().keySet().forEach(key -> masking.hide("data", key));
            object.child("stringData").fields().keySet().forEach(key -> masking.hide("stringData", key));
        } else if (object.kind().equals("ConfigMap")) {
            object.child("data").fields().keySet().stream()
                    .filter(SecretNames::isSecret)
                    .forEach(key -> masking.hide("data", key));
        }
        PodTemplates.of(object).ifPresent(template -> {
            masking.hide(template.at("metadata", "annotations", LAST_APPLIED));
            template.containers().forEach(masking::environment);
        });
        return masking.result;
    }

    private static final class Masking {
        private final Optional<KubeObject> other;
        private final String note;
        private KubeObject result;

        Masking(KubeObject object, Optional<KubeObject> other, String note) {
            this.result = object;
            this.other = other;
            this.note = note;
        }

        void environment(PodTemplate.Container container) {
            List<Object> env = container.fields().items("env");
            for (int i = 0; i < env.size(); i++) {
                String name = container.fields().text("env", i, "name").orElse("");
                if (env.get(i) instanceof Map && SecretNames.isSecret(name)) {
                    hide(container.at("env", i, "value"));
                }
            }
        }

        void hide(Object... path) {
            Optional<Object> value = result.find(path);
            if (value.isPresent()) {
                boolean changed = other.isPresent() && !other.get().find(path).equals(value);
                result = result.with(changed ? HIDDEN + note : HIDDEN, path);
            }
        }
    }
}
