package io.jenkins.plugins.k8srollout.cloud;

import hudson.model.Item;
import hudson.model.Queue;
import io.jenkins.plugins.k8srollout.config.ClusterTarget;
import io.jenkins.plugins.k8srollout.config.KubernetesRolloutConfiguration;
import java.util.List;
import java.util.Optional;

/** A cluster that is for certain folders only runs the agents of their builds only. */
final class FolderLimits {
    private FolderLimits() {}

    /** Whether the cloud's cluster is for certain folders. */
    static boolean apply(AgentPodCloud cloud) {
        return target(cloud).filter(t -> !t.getFolders().isEmpty()).isPresent();
    }

    /** Whether builds of this job may run in the cloud's cluster. */
    static boolean allow(AgentPodCloud cloud, Queue.Task task) {
        String job = task.getOwnerTask() instanceof Item item ? item.getFullName() : "";
        return target(cloud).map(t -> t.mayBeUsedBy(job)).orElse(true);
    }

    // Asked for each build and agent by the queue; what is not configured makes no agents anyway, and says so
    // elsewhere.
    private static Optional<ClusterTarget> target(AgentPodCloud cloud) {
        List<ClusterTarget> all = KubernetesRolloutConfiguration.get().getClusters();
        boolean only = cloud.getCluster().isEmpty() && all.size() == 1;
        return all.stream()
                .filter(t -> only || t.getName().equals(cloud.getCluster()))
                .findFirst();
    }
}
