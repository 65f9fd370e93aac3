package io.jenkins.plugins.k8srollout.run;

import hudson.model.Run;
import io.jenkins.plugins.k8srollout.config.ClusterTarget;
import io.jenkins.plugins.k8srollout.config.GlobalDefaults;
import io.jenkins.plugins.k8srollout.config.KubernetesRolloutConfiguration;
import io.jenkins.plugins.k8srollout.credentials.ClusterLogin;
import io.jenkins.plugins.k8srollout.credentials.ClusterLogins;
import io.jenkins.plugins.k8srollout.engine.affinity.AffinityRequest;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborOptions;
import io.jenkins.plugins.k8srollout.engine.image.builder.BuilderChoice;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuildRequest;
import io.jenkins.plugins.k8srollout.engine.image.registry.Platform;
import io.jenkins.plugins.k8srollout.engine.model.CronJobs;
import io.jenkins.plugins.k8srollout.engine.model.HistoryName;
import io.jenkins.plugins.k8srollout.engine.model.HttpCheck;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.TimeSpan;
import io.jenkins.plugins.k8srollout.engine.model.VulnerabilitySeverity;
import io.jenkins.plugins.k8srollout.engine.model.WorkloadRef;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseReturn;
import io.jenkins.plugins.k8srollout.engine.release.WaitRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

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
        ClusterTarget target = target(cluster);
        String server = target.getServerUrl();
        ClusterLogin login = ClusterLogins.forBuild(target.getCredentialsId(), build, server);
        return target.access(login)
                .renewedBy(() -> target.access(ClusterLogins.again(target.getCredentialsId(), build, server)));
    }

    /** The name of the cluster that {@link #cluster} means. */
    public String clusterName(String cluster) {
        return target(cluster).getName();
    }

    private ClusterTarget target(String cluster) {
        return configuration.cluster(cluster, build.getParent().getFullName());
    }

    /** The namespace given, or the cluster's default, or the one for all. */
    public String namespace(String given, ClusterAccess access) {
        if (!given.isEmpty()) {
            return given;
        }
        String forAll = configuration.getDefaults().getNamespace();
        return access.namespace()
                .or(() -> Optional.of(forAll).filter(n -> !n.isEmpty()))
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
    public WaitRequest wait(WaitParameters from, String namespace) {
        List<WaitRequest.Target> targets = from.getWorkloads().stream()
                .map(workload ->
                        new WaitRequest.Target(WorkloadRef.parse(workload).in(namespace), 0))
                .toList();
        return wait(from, WaitRequest.of(namespace, targets));
    }

    /** A wait for the targets of another one. */
    public WaitRequest wait(WaitParameters from, WaitRequest targets) {
        WaitRequest request = WaitRequest.of(targets.namespace(), targets.targets())
                .withFailFast(from.isFailFast())
                .withLogLines(from.getLogLines());
        String timeout = or(from.getTimeout(), configuration.getDefaults().getTimeout());
        if (!timeout.isEmpty()) {
            request = request.withTimeout(TimeSpan.parse("timeout", timeout));
        }
        if (!from.getStableFor().isEmpty()) {
            request = request.withStableFor(TimeSpan.parse("stableFor", from.getStableFor()));
        }
        return from.getHttp().isEmpty()
                ? request
                : request.withHttp(HttpCheck.parse(from.getHttp(), from.getHttpStatus(), from.getHttpBody()));
    }

    /**
     * What Harbor does around a build.
     *
     * @param owner of the tags that are cleaned up
     */
    static HarborOptions harbor(HarborParameters from, String owner) {
        HarborOptions.Builder options = HarborOptions.builder()
                .creation(HarborOptions.Creation.parse(from.getCreateProject()))
                .autoScan(from.isAutoScan())
                .labels(from.getArtifactLabels())
                .owner(owner)
                .keepTags(from.getKeepTags());
        given(from.getScan(), value -> options.scan(VulnerabilitySeverity.threshold(value)));
        given(from.getScanTimeout(), value -> options.scanTimeout(TimeSpan.parse("scanTimeout", value)));
        return options.build();
    }

    /** An image to build. */
    static ImageBuildRequest image(ImageParameters from, ImageReference image) {
        ImageBuildRequest.Builder builder = ImageBuildRequest.image(image)
                .tags(from.getTags())
                .target(from.getTarget())
                .buildArgs(from.getBuildArgs())
                .labels(from.getLabels())
                .platforms(from.getPlatforms().stream().map(Platform::parse).toList())
                .push(from.isPush());
        given(from.getContext(), builder::context);
        given(from.getDockerfile(), builder::dockerfile);
        given(from.getBuilder(), value -> builder.builder(BuilderChoice.parse(value)));
        return builder.build();
    }

    /**
     * A release.
     *
     * @param manifests as read; empty where a workload is named
     * @param variables the build's environment, for {@code substitute}
     */
    public ReleaseRequest release(
            ReleaseParameters from, String namespace, List<ManifestSource> manifests, Map<String, String> variables) {
        Map<String, ImageReference> images = new LinkedHashMap<>();
        from.getImages().forEach((container, image) -> images.put(container, ImageReference.parse(image)));
        List<ManifestSource> all = new ArrayList<>(manifests);
        ReleaseRequest.Builder builder = options(from, ReleaseRequest.builder())
                .namespace(namespace)
                .images(images)
                .createNamespace(from.isCreateNamespace())
                .variables(from.isSubstitute() ? variables : Map.of());
        given(from.getWorkload(), value -> builder.workload(WorkloadRef.parse(value)));
        given(from.getPullSecret(), id -> {
            PullSecretManifest secret = PullSecretManifest.of(id, build, images.values(), !manifests.isEmpty());
            all.add(secret.source());
            builder.pullSecret(secret.name());
        });
        return builder.manifests(all).build();
    }

    /** A release that returns to a kept one. */
    public ReleaseRequest rollback(ReleaseOptions from, ReleaseReturn found) {
        return options(from, found.request()).build();
    }

    /** Adds how to release, whatever it is; a change cause that is not said leaves the request's. */
    private ReleaseRequest.Builder options(ReleaseOptions from, ReleaseRequest.Builder builder) {
        builder.strategy(from.strategy().read(text -> text))
                .dryRun(from.isDryRun())
                .force(from.isForce())
                .awaitHealthy(from.isWait())
                .startedBy(build.getFullDisplayName());
        GlobalDefaults defaults = configuration.getDefaults();
        given(from.getChangeCause(), builder::changeCause);
        given(from.getHistory(), value -> builder.history(HistoryName.parse(value)));
        given(or(from.getTimeout(), defaults.getTimeout()), value -> builder.timeout(TimeSpan.parse("timeout", value)));
        given(from.getDrain(), value -> builder.drain(TimeSpan.parse("drain", value)));
        given(from.getCronJobs(), value -> builder.cronJobs(CronJobs.parse(value)));
        given(or(from.getOnFailure(), defaults.getOnFailure()), value -> builder.onFailure(OnFailure.parse(value)));
        return builder;
    }

    /** Parts of a text that commas or line ends separate. */
    static List<String> entries(String text) {
        return Arrays.stream(text.split("[,\\n]"))
                .map(String::strip)
                .filter(e -> !e.isEmpty())
                .toList();
    }

    private static String or(String given, String otherwise) {
        return given.isEmpty() ? otherwise : given;
    }

    private static void given(String value, Consumer<String> use) {
        if (!value.isEmpty()) {
            use.accept(value);
        }
    }
}
