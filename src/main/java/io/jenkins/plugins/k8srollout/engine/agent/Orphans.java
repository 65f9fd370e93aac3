package io.jenkins.plugins.k8srollout.engine.agent;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.List;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Which pods nobody needs any more, and their removal. Thread-safe. */
final class Orphans {
    private static final Logger LOGGER = Logger.getLogger(Orphans.class.getName());

    private final ClusterPort port;
    private final Predicate<String> known;
    private final ControllerLease lease;

    Orphans(ClusterPort port, Predicate<String> known, ControllerLease lease) {
        this.port = port;
        this.known = known;
        this.lease = lease;
    }

    /**
     * Makes a request for each pod that is to go; what fails is left for the next time.
     *
     * @param unknown pods with the controller's label that belong to no agent that is followed
     */
    void remove(List<KubeObject> unknown) {
        for (KubeObject pod : unknown) {
            boolean orphan = !pod.has("metadata", "deletionTimestamp") && !known.test(pod.name());
            if (orphan && lease.isHeld()) {
                LOGGER.log(Level.INFO, "Removing {0}: no agent of this controller belongs to it", pod);
                try {
                    port.delete(pod.ref());
                } catch (ReleaseException e) {
                    LOGGER.log(Level.WARNING, e.getMessage());
                }
            }
        }
    }
}
