package io.jenkins.plugins.k8srollout.run;

import hudson.model.Run;
import io.jenkins.plugins.k8srollout.config.ClusterTarget;
import io.jenkins.plugins.k8srollout.config.KubernetesRolloutConfiguration;
import io.jenkins.plugins.k8srollout.credentials.ClusterLogins;
import io.jenkins.plugins.k8srollout.engine.affinity.AffinityRequest;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.TimeSpan;
import io.jenkins.plugins.k8srollout.engine.model.WorkloadRef;
import io.jenkins.plugins.k8srollout.engine.release.HttpCheck;
import io.jenkins.plugins.k8srollout.engine.release.WaitRequest;
import java.util.List;

/**
 * Makes the engine's requests from what a build says. Requests hold no secrets; what does, {@link ClusterAccess}, is
 * made anew for each use and never kept.
 */
public final class RequestFactory {
    private final Run<?, ?> build;
    private final KubernetesRolloutConfiguration configuration;

    public RequestFactory(Run<?, ?> build) {
        this.build = build;
        this.configuration = KubernetesRolloutConfiguration.get();
    }

    /**
     * The way to a configured cluster, with credentials that the build's job may use.
     *
     * @param cluster its configured name; empty text for the only one
     */
    public ClusterAccess cluster(String cluster) {
        ClusterTarget target = configuration.cluster(cluster);
        return target.access(ClusterLogins.forBuild(target.getCredentialsId(), build));
    }

    /** The namespace given, or the cluster's default. */
    public static String namespace(String given, ClusterAccess access) {
        if (!given.isEmpty()) {
            return given;
        }
        return access.namespace()
                .orElseThrow(() -> ReleaseException.refused(
                        "read namespace", "", "it is missing and the cluster has no default", "Set namespace"));
    }

    public static AffinityRequest affinity(AffinityParameters from, String namespace) {
        return AffinityRequest.builder()
                .namespace(namespace)
                .ingress(from.getIngress())
                .service(from.getService())
                .httpRoute(from.getHttpRoute())
                .cookie(from.getCookie())
                .mode(from.getMode())
                .maxAge(from.getMaxAge())
                .path(from.getPath())
                .domain(from.getDomain())
                .sameSite(from.getSameSite())
                .secure(from.getSecure())
                .changeOnFailure(from.getChangeOnFailure())
                .canary(from.getCanary())
                .controller(from.getController())
                .clientIp(from.getClientIP() == 0 ? null : from.getClientIP())
                .remove(from.isRemove())
                .build();
    }

    /** A wait for the workloads that are named. */
    public static WaitRequest wait(WaitParameters from, String namespace) {
        List<WaitRequest.Target> targets = from.getWorkloads().stream()
                .map(workload -> new WaitRequest.Target(WorkloadRef.parse(workload).in(namespace), 0))
                .toList();
        return wait(from, WaitRequest.of(namespace, targets));
    }

    /** A wait for the targets of another one. */
    public static WaitRequest wait(WaitParameters from, WaitRequest targets) {
        WaitRequest request = WaitRequest.of(targets.namespace(), targets.targets())
                .withFailFast(from.isFailFast())
                .withLogLines(from.getLogLines());
        if (!from.getTimeout().isEmpty()) {
            request = request.withTimeout(TimeSpan.parse("timeout", from.getTimeout()));
        }
        if (!from.getStableFor().isEmpty()) {
            request = request.withStableFor(TimeSpan.parse("stableFor", from.getStableFor()));
        }
        return from.getHttp().isEmpty()
                ? request
                : request.withHttp(HttpCheck.parse(from.getHttp(), from.getHttpStatus(), from.getHttpBody()));
    }
}
