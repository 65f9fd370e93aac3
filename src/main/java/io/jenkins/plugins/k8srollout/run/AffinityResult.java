package io.jenkins.plugins.k8srollout.run;

import io.jenkins.plugins.k8srollout.engine.affinity.AffinityPlan;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/** What {@code configureIngressAffinity} returns to a Pipeline. */
public final class AffinityResult implements Serializable {
    private static final long serialVersionUID = 1L;

    // Pipelines keep their variables on disk; all fields are plain text for that reason.
    private final String controller;
    private final ArrayList<String> changed;
    private final ArrayList<String> warnings;
    private final ArrayList<String> pods;

    public AffinityResult(AffinityPlan plan, Collection<String> pods) {
        this.controller = plan.controller();
        this.changed = new ArrayList<>();
        plan.changes().forEach(c -> changed.add(c.object().toString()));
        this.warnings = new ArrayList<>();
        plan.losses().forEach(l -> warnings.add(l.toString()));
        this.warnings.addAll(plan.warnings());
        this.pods = new ArrayList<>(pods);
    }

    /** The controller's name, as in {@code traefik}; empty text after a removal. */
    @Whitelisted
    public String getController() {
        return controller;
    }

    /** The objects that were changed, as in {@code Ingress/shop/web}; empty if all was as wanted. */
    @Whitelisted
    public List<String> getChanged() {
        return changed;
    }

    @Whitelisted
    public List<String> getWarnings() {
        return warnings;
    }

    /** The pods that {@code verify} has seen; empty if it was not asked for or answers do not name their pods. */
    @Whitelisted
    public List<String> getPods() {
        return pods;
    }
}
