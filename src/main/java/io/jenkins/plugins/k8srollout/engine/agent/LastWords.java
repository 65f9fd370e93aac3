package io.jenkins.plugins.k8srollout.engine.agent;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.LogExcerpt;
import io.jenkins.plugins.k8srollout.engine.health.PodDiagnosis;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The last lines that a container wrote, to be fetched before the pod is removed.
 *
 * @param pod as last seen
 * @param container empty text for none
 */
record LastWords(ClusterPort port, Optional<KubeObject> pod, String container) {
    private static final Logger LOGGER = Logger.getLogger(LastWords.class.getName());
    private static final int LINES = 20;

    /** @return empty if the container has never run, or its log cannot be had: it is a help, its lack no failure */
    Optional<LogExcerpt> fetch() {
        return pod.filter(p -> !container.isEmpty())
                .flatMap(p -> PodDiagnosis.logOfPreviousRun(p, container).flatMap(previous -> fetch(p, previous)));
    }

    private Optional<LogExcerpt> fetch(KubeObject shown, boolean previous) {
        try {
            List<String> lines = port.logs(shown.ref(), container, previous, LINES);
            return lines.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new LogExcerpt(shown.ref(), container, previous, lines));
        } catch (ReleaseException e) {
            LOGGER.log(Level.FINE, "no log of " + shown, e);
            return Optional.empty();
        }
    }
}
