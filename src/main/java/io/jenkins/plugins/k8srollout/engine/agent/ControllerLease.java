package io.jenkins.plugins.k8srollout.engine.agent;

import io.jenkins.plugins.k8srollout.engine.agentpod.AgentOwner;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Says which running process speaks for a controller, by a {@code Lease}. A second process with the same identity, such
 * as one started from a copy of the controller's home, knows none of the first one's agents; without the lease it would
 * take their pods for orphans.
 *
 * <p>As with leader election of the Kubernetes client, a lease counts as left when its time of renewal has not changed for
 * its duration by the observer's own clock, so that clocks need not agree. One that was given back is taken at once. Who
 * has seen another process use the lease while it ran itself is a copy, or has one: it takes the lease only when that has
 * been free for longer than a restart takes, so that it does not slip in while the other one restarts.
 */
final class ControllerLease {
    static final Duration DURATION = Duration.ofSeconds(45);
    static final Duration RENEWAL = Duration.ofSeconds(15);
    /** No restart takes longer. */
    static final Duration RESTART = Duration.ofMinutes(30);

    private static final Logger LOGGER = Logger.getLogger(ControllerLease.class.getName());
    private static final String SPEC = "spec";
    // MicroTime of the API
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final ObjectRef ref;
    private final String controller;
    private final String holder;
    private final ClusterPort port;
    private final Scheduler scheduler;
    private final Runnable held;

    // All below is guarded by this.
    private String observed = "";
    private String observedOwner = "";
    private boolean othersSeen;
    private Instant observedAt = Instant.EPOCH;
    private Optional<Instant> renewed = Optional.empty();
    private Cancellable next = () -> {};
    private boolean closed;
    private boolean warned;

    /**
     * @param controller fit to be part of a name
     * @param holder differs between any two processes
     * @param held called on a caller each time the lease was taken or renewed
     */
    ControllerLease(
            String namespace, String controller, String holder, ClusterPort port, Scheduler scheduler, Runnable held) {
        this.ref = new ObjectRef("coordination.k8s.io/v1", "Lease", namespace, "k8s-rollout-" + controller);
        this.controller = controller;
        this.holder = holder;
        this.port = port;
        this.scheduler = scheduler;
        this.held = held;
    }

    void start() {
        schedule(Duration.ZERO);
    }

    /** Whether nobody else can have the lease now. */
    synchronized boolean isHeld() {
        return renewed.isPresent() && scheduler.now().isBefore(renewed.get().plus(DURATION));
    }

    /** Gives the lease back; makes one request if it is held. */
    void close() {
        synchronized (this) {
            closed = true;
            next.cancel();
            if (renewed.isEmpty()) {
                return;
            }
            renewed = Optional.empty();
        }
        try {
            port.patch(ref, KubeObject.empty().with("", SPEC, "holderIdentity"));
        } catch (ReleaseException e) {
            LOGGER.log(Level.FINE, "the lease will run out by itself", e);
        }
    }

    private synchronized void schedule(Duration delay) {
        if (!closed) {
            next = scheduler.after(delay, () -> scheduler.offload(this::tick));
        }
    }

    private void tick() {
        synchronized (this) {
            if (closed) {
                return;
            }
        }
        Instant now = scheduler.now();
        boolean mine = false;
        try {
            mine = attempt(now);
        } catch (ReleaseException e) {
            warn(e);
        }
        synchronized (this) {
            if (closed) {
                return;
            }
            renewed = mine ? Optional.of(now) : renewed.filter(r -> isHeld());
            observedOwner = mine ? holder : observedOwner;
        }
        schedule(RENEWAL);
        if (mine) {
            held.run();
        }
    }

    private boolean attempt(Instant now) {
        Optional<KubeObject> lease = port.get(ref);
        if (lease.isEmpty()) {
            port.create(KubeObject.of(Map.of(
                            "apiVersion", ref.apiVersion(),
                            "kind", ref.kind(),
                            "metadata", Map.of("name", ref.name(), "namespace", ref.namespace())))
                    .with(AgentOwner.controllerLabel(controller), "metadata", "labels")
                    .with(claim(now), SPEC));
            return true;
        }
        String owner = lease.get().text(SPEC, "holderIdentity").orElse("");
        if (!owner.equals(holder) && !isFree(lease.get(), owner, now)) {
            return false;
        }
        // With its version, so that of two that take it at the same time only one succeeds.
        String version = lease.get().text("metadata", "resourceVersion").orElse("");
        port.patch(
                ref,
                KubeObject.empty().with(version, "metadata", "resourceVersion").with(claim(now), SPEC));
        return true;
    }

    private synchronized boolean isFree(KubeObject lease, String owner, Instant now) {
        String seen = owner + " " + lease.text(SPEC, "renewTime").orElse("");
        if (!seen.equals(observed)) {
            noteOthers(owner);
            observed = seen;
            observedOwner = owner;
            observedAt = now;
        }
        Duration left = owner.isEmpty() ? Duration.ZERO : DURATION;
        return !now.isBefore(observedAt.plus(othersSeen ? RESTART : left));
    }

    /** To take or renew the lease, or to give it back, another process must run at the same time as this one. */
    private void noteOthers(String owner) {
        boolean another = !owner.isEmpty() || !observedOwner.equals(holder);
        if (!observedOwner.isEmpty() && another && !othersSeen) {
            othersSeen = true;
            LOGGER.log(
                    Level.WARNING,
                    "Another running Jenkins has the identity of this one, as a copy of its home has; it holds {0}."
                            + " Agent pods that this one does not know are left alone",
                    ref);
        }
    }

    private Map<String, Object> claim(Instant now) {
        Map<String, Object> claim = new HashMap<>();
        claim.put("holderIdentity", holder);
        claim.put("leaseDurationSeconds", DURATION.toSeconds());
        claim.put("renewTime", TIME.format(now));
        return claim;
    }

    private synchronized void warn(ReleaseException e) {
        LOGGER.log(
                warned || closed ? Level.FINE : Level.WARNING,
                "Orphaned agent pods are not removed for now: {0}",
                e.getMessage());
        warned = true;
    }
}
