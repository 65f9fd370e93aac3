package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.LogExcerpt;
import io.jenkins.plugins.k8srollout.engine.health.PodDiagnosis;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The log that tells why a container is not well: of the run before if it was restarted, else of the present one. */
record ContainerLog(ObjectRef pod, String container, boolean previous) {
    private static final Logger LOGGER = Logger.getLogger(ContainerLog.class.getName());

    /** @return empty if the container has never run, and so has no log */
    static Optional<ContainerLog> of(KubeObject pod, String container) {
        return container.isEmpty() || !pod.kind().equals("Pod")
                ? Optional.empty()
                : PodDiagnosis.logOfPreviousRun(pod, container)
                        .map(previous -> new ContainerLog(pod.ref(), container, previous));
    }

    /** @return empty if there are no lines, or they cannot be had: a log is a help, its lack no failure */
    Optional<LogExcerpt> fetch(ClusterPort port, int lines) {
        try {
            List<String> found = port.logs(pod, container, previous, lines);
            return found.isEmpty() ? Optional.empty() : Optional.of(new LogExcerpt(pod, container, previous, found));
        } catch (ReleaseException e) {
            LOGGER.log(Level.FINE, "no log of " + pod, e);
            return Optional.empty();
        }
    }
}
