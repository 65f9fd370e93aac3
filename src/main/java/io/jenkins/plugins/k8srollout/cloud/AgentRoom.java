package io.jenkins.plugins.k8srollout.cloud;

import io.jenkins.plugins.k8srollout.config.ClusterTarget;
import io.jenkins.plugins.k8srollout.config.KubernetesRolloutConfiguration;
import io.jenkins.plugins.k8srollout.credentials.ClusterLogins;
import io.jenkins.plugins.k8srollout.engine.agent.AgentPods;
import io.jenkins.plugins.k8srollout.engine.agent.AgentSettings;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.release.SystemScheduler;
import io.jenkins.plugins.k8srollout.run.EngineServices;
import io.jenkins.plugins.k8srollout.run.SharedClusters;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A namespace of a cluster, with the agents' pods in it.
 *
 * @param access how the cluster is reached; empty for one that a test brings
 * @param lease the connection; likewise
 * @param scheduler the room's own, so that a cluster that does not answer makes no other room wait
 */
record AgentRoom(
        Optional<ClusterAccess> access,
        Optional<SharedClusters.Lease> lease,
        String namespace,
        AgentPods pods,
        SystemScheduler scheduler) {

    /** @throws io.jenkins.plugins.k8srollout.engine.model.ReleaseException if the cluster is not configured */
    static AgentRoom open(AgentPodCloud cloud, String process) {
        ClusterAccess access = access(cloud);
        SharedClusters.Lease lease = EngineServices.get().clusters().lease(access, ProgressSink.NONE);
        String namespace = cloud.getNamespace().isEmpty() ? access.namespace().orElse("default") : cloud.getNamespace();
        return open(Optional.of(access), Optional.of(lease), namespace, lease.port(), process);
    }

    static AgentRoom open(
            Optional<ClusterAccess> access,
            Optional<SharedClusters.Lease> lease,
            String namespace,
            ClusterPort port,
            String process) {
        SystemScheduler scheduler = new SystemScheduler();
        AgentPods pods = new AgentPods(
                AgentSettings.of(ControllerIdentity.get(), process, namespace),
                port,
                scheduler,
                name -> AgentPodNode.named(name).isPresent(),
                Provisioning::reviewSoon);
        pods.open();
        return new AgentRoom(access, lease, namespace, pods, scheduler);
    }

    /** @throws io.jenkins.plugins.k8srollout.engine.model.ReleaseException if the cluster is not configured */
    static ClusterAccess access(AgentPodCloud cloud) {
        ClusterTarget target = KubernetesRolloutConfiguration.get().cluster(cloud.getCluster());
        Supplier<ClusterAccess> now =
                () -> target.access(ClusterLogins.forJenkins(target.getCredentialsId(), target.getServerUrl()));
        return now.get().renewedBy(now);
    }

    /** The pods stay. */
    void close() {
        pods.close();
        lease.ifPresent(SharedClusters.Lease::close);
        scheduler.close();
    }
}
