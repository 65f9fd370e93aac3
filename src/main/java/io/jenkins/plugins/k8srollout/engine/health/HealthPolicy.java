package io.jenkins.plugins.k8srollout.engine.health;

import java.time.Duration;
import java.util.Objects;

/**
 * How long, or how often, something may go wrong before it counts as failed. What is certain at first sight (an image
 * that does not exist, a missing ConfigMap) needs no patience and has no entry here.
 *
 * @param restarts restarts granted to a container: it has failed when it is down again after that many. The kubelet
 *     restarts first at once, then after 10, 20, 40 … seconds, so 2 decides some ten seconds after the first crash and
 *     still forgives an application that has to find its database once more
 * @param pulls failed attempts granted to an image whose registry does not answer properly; the kubelet backs off as
 *     for restarts
 * @param scheduling how long a pod may find no node while no autoscaler has announced a new one
 * @param scaleUp how long an announced node may take
 * @param missing how long a Secret, ConfigMap or claim that a volume names may be missing; whatever else was applied
 *     together with the pod may come a moment later
 * @param creation how long a controller may fail to create pods for a reason that can pass, such as a webhook that
 *     does not answer, or a quota that ending pods will free
 * @param runtime how long the node may fail to set a container or a pod's network up for a reason that can pass
 * @param readiness how long a running container may be unready, counted from the end of its start-up probe's budget
 * @param unproven how long a container without a readiness probe must have run before it is believed to be well
 */
public record HealthPolicy(
        int restarts,
        int pulls,
        Duration scheduling,
        Duration scaleUp,
        Duration missing,
        Duration creation,
        Duration runtime,
        Duration readiness,
        Duration unproven) {

    public static final HealthPolicy DEFAULT = new HealthPolicy(
            2,
            3,
            Duration.ofSeconds(60),
            Duration.ofMinutes(10),
            Duration.ofSeconds(15),
            Duration.ofSeconds(30),
            Duration.ofMinutes(2),
            Duration.ofMinutes(5),
            Duration.ofSeconds(5));

    public HealthPolicy {
        Objects.requireNonNull(scheduling, "scheduling");
        Objects.requireNonNull(scaleUp, "scaleUp");
        Objects.requireNonNull(missing, "missing");
        Objects.requireNonNull(creation, "creation");
        Objects.requireNonNull(runtime, "runtime");
        Objects.requireNonNull(readiness, "readiness");
        Objects.requireNonNull(unproven, "unproven");
    }

    public HealthPolicy withRestarts(int other) {
        return new HealthPolicy(other, pulls, scheduling, scaleUp, missing, creation, runtime, readiness, unproven);
    }

    public HealthPolicy withScheduling(Duration other) {
        return new HealthPolicy(restarts, pulls, other, scaleUp, missing, creation, runtime, readiness, unproven);
    }

    public HealthPolicy withReadiness(Duration other) {
        return new HealthPolicy(restarts, pulls, scheduling, scaleUp, missing, creation, runtime, other, unproven);
    }
}
