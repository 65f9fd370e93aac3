package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * Asks an API server what it serves: in two requests where it answers aggregated (Kubernetes 1.27 and newer), else with
 * one request per group and version, all at once; once more if the server was away meanwhile. A group whose own server
 * is away is left out: it must not keep a release from the others.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery">aggregated discovery</a>
 */
final class Discovery {
    private static final String AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
            + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";
    private static final String ATTEMPT = "ask what the cluster serves";

    private final ApiClient client;

    Discovery(ApiClient client) {
        this.client = client;
    }

    CompletableFuture<ServedApis> discover(ProgressSink sink) {
        AtomicBoolean away = new AtomicBoolean(client.isWaking());
        // Only what is worth waiting for is tried again, so an aggregated API that is away for good does not count.
        ProgressSink watching = event -> {
            away.set(true);
            sink.accept(event);
        };
        return ask(watching)
                .thenCompose(found -> away.get() ? askWhenReady(sink) : CompletableFuture.completedFuture(found));
    }

    /**
     * A server that has just come back leaves out kinds until its own registrations are done, which it tells at
     * {@code /readyz}. Where nobody may ask for that, the time that its refusals are doubted has to do.
     */
    private CompletableFuture<ServedApis> askWhenReady(ProgressSink sink) {
        ApiRequest ready = ApiRequest.get("/readyz", ATTEMPT, client.server());
        return client.send(ready, ProgressSink.NONE).thenCompose(answer -> ask(sink));
    }

    private CompletableFuture<ServedApis> ask(ProgressSink sink) {
        CompletableFuture<KubeObject> version = fetch("/version", sink);
        CompletableFuture<List<Resource>> core = fetch("/api", sink).thenCompose(o -> resources(o, sink));
        CompletableFuture<List<Resource>> groups = fetch("/apis", sink).thenCompose(o -> resources(o, sink));
        return version.thenCombine(
                core.thenCombine(
                        groups, (a, b) -> Stream.concat(a.stream(), b.stream()).toList()),
                (v, found) -> new ServedApis(number(v), found));
    }

    private CompletableFuture<KubeObject> fetch(String path, ProgressSink sink) {
        ApiRequest request = ApiRequest.get(path, ATTEMPT, client.server()).accepting(AGGREGATED);
        return client.send(request, sink).thenApply(reply -> {
            if (!reply.isSuccess()) {
                throw ClusterErrors.refusal(request, client.server(), reply);
            }
            return parsed(request, reply);
        });
    }

    // Something that answers with success and no JSON is no API server.
    private KubeObject parsed(ApiRequest request, ApiReply reply) {
        try {
            return reply.json();
        } catch (IllegalArgumentException e) {
            ApiReply misplaced = new ApiReply(404, "", "", reply.body());
            throw ClusterErrors.refusal(request, client.server(), misplaced);
        }
    }

    private CompletableFuture<List<Resource>> resources(KubeObject root, ProgressSink sink) {
        if (root.kind().equals("APIGroupDiscoveryList")) {
            return CompletableFuture.completedFuture(aggregated(root));
        }
        List<CompletableFuture<List<Resource>>> parts = new ArrayList<>();
        for (String version : versions(root)) {
            parts.add(version(version, sink));
        }
        return CompletableFuture.allOf(parts.toArray(new CompletableFuture<?>[0]))
                .thenApply(
                        done -> parts.stream().flatMap(p -> p.join().stream()).toList());
    }

    private static List<Resource> aggregated(KubeObject root) {
        List<Resource> found = new ArrayList<>();
        for (KubeObject group : root.children("items")) {
            for (KubeObject version : group.children("versions")) {
                String apiVersion = join(group.name(), version.text("version").orElse(""));
                for (KubeObject resource : version.children("resources")) {
                    resource.text("responseKind", "kind")
                            .map(kind -> new Resource(
                                    apiVersion,
                                    kind,
                                    resource.text("resource").orElse(""),
                                    resource.text("scope").orElse("").equals("Namespaced")))
                            .ifPresent(found::add);
                }
            }
        }
        return found;
    }

    private static List<String> versions(KubeObject root) {
        if (root.kind().equals("APIVersions")) {
            return root.items("versions").stream().map(String::valueOf).toList();
        }
        return root.children("groups").stream()
                .flatMap(g -> g.children("versions").stream())
                .flatMap(v -> v.text("groupVersion").stream())
                .toList();
    }

    private CompletableFuture<List<Resource>> version(String apiVersion, ProgressSink sink) {
        ApiRequest request = ApiRequest.get(base(apiVersion), ATTEMPT, apiVersion);
        // Only core groups are worth waiting for; an aggregated API may be away for good.
        boolean own = !apiVersion.contains("/") || !apiVersion.contains(".") || apiVersion.contains(".k8s.io/");
        boolean metrics = apiVersion.contains("metrics.k8s.io/");
        return client.send(own && !metrics ? request : request.impatient(), sink)
                .thenApply(reply -> reply.isSuccess() ? ofVersion(apiVersion, reply.json()) : List.<Resource>of());
    }

    private static List<Resource> ofVersion(String apiVersion, KubeObject list) {
        return list.children("resources").stream()
                .filter(r -> !r.text("name").orElse("/").contains("/"))
                .map(r -> new Resource(apiVersion, r.kind(), r.text("name").orElse(""), r.flag("namespaced")))
                .toList();
    }

    /** The path below which a version's resources are served. */
    static String base(String apiVersion) {
        return apiVersion.contains("/") ? "/apis/" + apiVersion : "/api/" + apiVersion;
    }

    private static String join(String group, String version) {
        return group.isEmpty() ? version : group + "/" + version;
    }

    // Some providers write the minor version as in "20+".
    private static String number(KubeObject version) {
        String major = version.text("major").orElse("");
        String minor = version.text("minor").orElse("").replaceAll("\\D.*", "");
        return major.isEmpty() || minor.isEmpty() ? "" : major + "." + minor;
    }
}
