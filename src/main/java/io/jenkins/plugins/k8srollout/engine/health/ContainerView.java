package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.time.Instant;
import java.util.Optional;

/**
 * One container of a pod, desire and state together.
 *
 * @param init whether it runs before the others
 * @param spec its entry in the pod's spec
 * @param status its entry in the pod's status; empty before the node has seen it
 */
record ContainerView(boolean init, KubeObject spec, KubeObject status) {

    String name() {
        return spec.text("name").orElse("");
    }

    String image() {
        return spec.text("image").orElse("");
    }

    /** {@code container app} or {@code init container migrate}. */
    String words() {
        return (init ? "init container " : "container ") + name();
    }

    long restarts() {
        return status.numberOr(0, "restartCount");
    }

    boolean isReady() {
        return status.flag("ready");
    }

    /** Why it waits; empty text if it does not, or nobody says why. */
    String waitingFor() {
        return status.text("state", "waiting", "reason").orElse("");
    }

    String waitingMessage() {
        return status.text("state", "waiting", "message").orElse("");
    }

    boolean isRunning() {
        return status.has("state", "running");
    }

    Optional<Instant> runningSince() {
        return EventView.time(status, "state", "running", "startedAt");
    }

    /** Whether its start-up probe, if there is one, has passed. */
    boolean isStarted() {
        return !Boolean.FALSE.equals(status.find("started").orElse(true));
    }

    /** The end it lies in now, or came from last if it waits to be started again; empty if it runs or never ran. */
    Optional<KubeObject> end() {
        if (status.has("state", "terminated")) {
            return Optional.of(status.child("state", "terminated"));
        }
        return !isRunning() && status.has("lastState", "terminated")
                ? Optional.of(status.child("lastState", "terminated"))
                : Optional.empty();
    }

    /** Whether it is down after having run, whoever will start it again. */
    boolean isDown() {
        return end().isPresent();
    }
}
