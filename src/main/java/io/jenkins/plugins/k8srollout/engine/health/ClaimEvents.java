package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Optional;

/** What the volume controllers say of a claim that has no volume; nothing in its status tells. */
final class ClaimEvents {
    private static final List<String> TROUBLE = List.of("ProvisioningFailed", "FailedBinding", "VolumeMismatch");

    private ClaimEvents() {}

    static Health explain(WorkloadSnapshot snapshot, Health own) {
        if (own.state() != Health.State.PROGRESSING) {
            return own;
        }
        Optional<EventView> newest = snapshot.eventsOf(snapshot.workload()).stream()
                .map(EventView::new)
                .min(EventView.NEWEST_FIRST);
        // Its volume is made on the node of the first pod that uses it; by itself it will never be bound.
        if (newest.filter(e -> e.reason().equals("WaitForFirstConsumer")).isPresent()) {
            return KindRule.healthy("is bound when the first pod uses it");
        }
        return newest.filter(e -> TROUBLE.contains(e.reason()))
                .map(e -> Health.because(own.state(), own.message(), cause(snapshot.workload(), e)))
                .orElse(own);
    }

    private static Health.Cause cause(KubeObject claim, EventView event) {
        return new Health.Cause(
                Health.Weight.THRESHOLD,
                event.reason(),
                claim.ref(),
                "",
                ServerWords.shown(event.message()),
                "Correct the claim's storage class, size and access mode, or see the provisioner's log");
    }

    /** Adds to a pod's unbound volume what the claim's own events say. */
    static Diagnosis explain(WorkloadSnapshot snapshot, KubeObject pod, Diagnosis diagnosis) {
        Health.Cause cause = diagnosis.cause();
        if (!cause.code().equals("VolumeUnbound")) {
            return diagnosis;
        }
        List<String> claims = pod.children("spec", "volumes").stream()
                .flatMap(v -> v.text("persistentVolumeClaim", "claimName").stream())
                .toList();
        Optional<EventView> trouble = snapshot.events().stream()
                .filter(e -> e.text("involvedObject", "kind").orElse("").equals("PersistentVolumeClaim")
                        && claims.contains(e.text("involvedObject", "name").orElse("")))
                .map(EventView::new)
                .filter(e -> TROUBLE.contains(e.reason()))
                .min(EventView.NEWEST_FIRST);
        return trouble.map(e -> new Diagnosis(
                        new Health.Cause(
                                cause.weight(),
                                cause.code(),
                                cause.object(),
                                cause.container(),
                                cause.detail() + "; claim "
                                        + e.event()
                                                .text("involvedObject", "name")
                                                .orElse("") + ": "
                                        + ServerWords.shown(e.message()),
                                cause.remedy()),
                        diagnosis.decisive(),
                        diagnosis.decisiveAt()))
                .orElse(diagnosis);
    }
}
