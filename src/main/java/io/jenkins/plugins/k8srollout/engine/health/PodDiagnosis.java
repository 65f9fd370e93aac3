package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Says why a pod does not run, from its status and its events. Pure and thread-safe.
 *
 * <p>One table; where several rows apply, one that is decisive goes before one that is not, then the heavier weight,
 * then the earlier row. States and messages are those of the kubelet (pkg/kubelet/images, kuberuntime, container),
 * the scheduler, containerd, CRI-O and dockershim, from Kubernetes 1.20 on.
 */
public final class PodDiagnosis {
    private static final List<PodCheck> TABLE = List.of(
            new PodEndCheck(),
            new ImageCheck(),
            new ConfigurationCheck(),
            new StartCheck(),
            new ProbeKillCheck(),
            new CrashCheck(),
            new SchedulingCheck(),
            new VolumeCheck(),
            new SandboxCheck(),
            new ReadinessCheck());

    private PodDiagnosis() {}

    /**
     * @param pod as the server shows it
     * @param events those about this pod, in any order
     * @param now the present by the cluster's clock, against which the objects' times are held
     * @return empty for a pod that runs, is complete, is being deleted, or is on its way without remark
     */
    public static Optional<Diagnosis> diagnose(
            KubeObject pod, Collection<KubeObject> events, HealthPolicy policy, Instant now) {
        boolean over = pod.has("metadata", "deletionTimestamp")
                || pod.text("status", "phase").orElse("").equals("Succeeded");
        if (over) {
            return Optional.empty();
        }
        PodView view = PodView.of(pod, events, policy, now);
        if (PodEnd.isReplaced(pod)) {
            return new PodEndCheck().check(view); // what its containers say is of no more account
        }
        return TABLE.stream().flatMap(row -> row.check(view).stream()).min(Diagnosis.BY_WEIGHT);
    }

    /**
     * Which log tells why a container is down: that of its run before, or that of the present one.
     *
     * @return empty if the container has never run
     */
    public static Optional<Boolean> logOfPreviousRun(KubeObject pod, String container) {
        return PodView.of(pod, List.of(), HealthPolicy.DEFAULT, Instant.EPOCH).containers().stream()
                .filter(c -> c.name().equals(container))
                .findFirst()
                .flatMap(PodDiagnosis::previous);
    }

    private static Optional<Boolean> previous(ContainerView container) {
        if (container.status().has("state", "terminated")) {
            return Optional.of(false);
        }
        if (container.restarts() > 0 || container.status().has("lastState", "terminated")) {
            return Optional.of(true);
        }
        return container.isRunning() ? Optional.of(false) : Optional.empty();
    }
}
