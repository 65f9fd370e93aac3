package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A dialect's answer for one object: the fields to set, what gets lost, what to beware of. Not thread-safe. */
final class Translation {
    private final KubeObject object;
    private final List<Setting> settings = new ArrayList<>();
    private final List<AffinityPlan.Loss> losses = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    Translation(KubeObject object) {
        this.object = object;
    }

    /** The object as it stands, without what an earlier request has set. */
    KubeObject object() {
        return object;
    }

    void annotation(String key, Object value) {
        settings.add(Setting.annotation(key, value));
    }

    void annotation(String key, Optional<?> value) {
        value.ifPresent(v -> annotation(key, v));
    }

    void field(Object value, String... path) {
        settings.add(new Setting(List.of(path), value));
    }

    /** The user asked for this option, and sessions will behave otherwise: the request must be refused. */
    void refuses(String option, Optional<?> asked, String because) {
        if (asked.isPresent()) {
            losses.add(new AffinityPlan.Loss(option, because, true));
        }
    }

    /** Sessions will behave a little otherwise than the neutral request says; named, not refused. */
    void loses(String option, String because) {
        losses.add(new AffinityPlan.Loss(option, because, false));
    }

    void warn(String text) {
        warnings.add(text);
    }

    List<Setting> settings() {
        return List.copyOf(settings);
    }

    List<AffinityPlan.Loss> losses() {
        return List.copyOf(losses);
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }
}
