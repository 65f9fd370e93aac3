package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyOptions;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyResult;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis.Resource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads and writes objects of any kind. */
final class ObjectStore {
    private static final String APPLY = "application/apply-patch+yaml"; // JSON is YAML
    private static final String MERGE = "application/merge-patch+json";
    private static final KubeObject DELETION = KubeObject.of(
            Map.of("apiVersion", "v1", "kind", "DeleteOptions", "propagationPolicy", "Background"));
    private static final String PAGE = "500";
    private static final int LISTS_ANEW = 3;

    private final ApiClient client;
    private final Catalog catalog;
    private final ProgressSink sink;

    ObjectStore(ApiClient client, Catalog catalog, ProgressSink sink) {
        this.client = client;
        this.catalog = catalog;
        this.sink = sink;
    }

    Optional<KubeObject> get(ObjectRef ref) {
        return read(ref, "read").map(o -> o.without("metadata", "managedFields"));
    }

    Optional<KubeObject> owned(ObjectRef ref) {
        return read(ref, "read").map(o -> OwnedFields.of(o, ClusterPort.FIELD_MANAGER));
    }

    private Optional<KubeObject> read(ObjectRef ref, String attempted) {
        Optional<Resource> resource = resource(ref.apiVersion(), ref.kind(), attempted, ref.toString());
        if (resource.isEmpty()) {
            return Optional.empty();
        }
        ApiRequest request =
                ApiRequest.get(Paths.object(resource.get(), ref.namespace(), ref.name()), attempted, ref.toString());
        ApiReply reply = client.call(request, sink);
        return reply.code() == 404 ? Optional.empty() : Optional.of(checked(request, reply));
    }

    List<KubeObject> list(Selection selection) {
        String where = selection.namespace().isEmpty() ? "" : "in namespace " + selection.namespace();
        String attempted = "list " + selection.kind() + " objects";
        Optional<Resource> resource = resource(selection.apiVersion(), selection.kind(), attempted, where);
        if (resource.isEmpty()) {
            return List.of();
        }
        ApiRequest request = ApiRequest.get(Paths.collection(resource.get(), selection.namespace()), attempted, where)
                .with("labelSelector", selection.labelSelector())
                .with("fieldSelector", selection.fieldSelector());
        // A list so long that the server forgets its version between two pages is begun again, then asked for as a whole.
        for (int i = 0; i < LISTS_ANEW; i++) {
            Optional<List<KubeObject>> complete = pages(request.with("limit", PAGE));
            if (complete.isPresent()) {
                return complete.get();
            }
        }
        Listing whole = new Listing();
        whole.add(checked(request, client.call(request, sink)));
        return whole.objects();
    }

    private Optional<List<KubeObject>> pages(ApiRequest first) {
        Listing listing = new Listing();
        String next = "";
        do {
            ApiRequest request = first.with("continue", next);
            ApiReply reply = client.call(request, sink);
            if (reply.code() == 410) {
                return Optional.empty();
            }
            next = listing.add(checked(request, reply))
                    .text("metadata", "continue")
                    .orElse("");
        } while (!next.isEmpty());
        return Optional.of(listing.objects());
    }

    ApplyResult apply(KubeObject desired, ApplyOptions options) {
        ObjectRef ref = desired.ref();
        String attempted = options.dryRun() ? "apply (dry run)" : "apply";
        Resource resource = served(ref, attempted);
        ObjectRef target = resource.namespaced() ? ref : ref.inNamespace("");
        Optional<KubeObject> before = get(target);
        ApiRequest request = ApiRequest.get(
                        Paths.object(resource, target.namespace(), target.name()), attempted, target.toString())
                .sending("PATCH", APPLY, Json.write(ApplyBody.of(desired)))
                .fresh(catalog.isAnnounced(resource))
                .with("fieldManager", ClusterPort.FIELD_MANAGER)
                .with("dryRun", options.dryRun() ? "All" : "");
        ApiReply reply = client.call(options.force() ? request.with("force", "true") : request, sink);
        if (ClusterErrors.isOwnershipOf(reply, ClusterPort.FIELD_MANAGER)) {
            reply = client.call(request.with("force", "true"), sink);
        }
        KubeObject after = checked(request, reply).without("metadata", "managedFields");
        if (!options.dryRun() && after.kind().equals("CustomResourceDefinition")) {
            catalog.announce(after);
        }
        return new ApplyResult(before, after);
    }

    KubeObject patch(ObjectRef ref, KubeObject patch) {
        Resource resource = served(ref, "change");
        ApiRequest request = ApiRequest.get(
                        Paths.object(resource, ref.namespace(), ref.name()), "change", ref.toString())
                .sending("PATCH", MERGE, Json.write(patch))
                .with("fieldManager", ClusterPort.FIELD_MANAGER);
        return checked(request, client.call(request, sink)).without("metadata", "managedFields");
    }

    void delete(ObjectRef ref) {
        Optional<Resource> resource = resource(ref.apiVersion(), ref.kind(), "delete", ref.toString());
        if (resource.isEmpty()) {
            return;
        }
        ApiRequest request = ApiRequest.get(
                        Paths.object(resource.get(), ref.namespace(), ref.name()), "delete", ref.toString())
                .sending("DELETE", ApiRequest.JSON, Json.write(DELETION));
        ApiReply reply = client.call(request, sink);
        if (reply.code() != 404) {
            checked(request, reply);
        }
    }

    private Resource served(ObjectRef ref, String attempted) {
        return resource(ref.apiVersion(), ref.kind(), attempted, ref.toString())
                .orElseThrow(() -> catalog.unknown(attempted, ref.apiVersion(), ref.kind()));
    }

    private Optional<Resource> resource(String apiVersion, String kind, String attempted, String object) {
        return ApiClient.await(catalog.find(apiVersion, kind, sink), attempted, object);
    }

    private KubeObject checked(ApiRequest request, ApiReply reply) {
        if (!reply.isSuccess()) {
            if (reply.code() == 404 && !ClusterErrors.isAboutAnObject(reply)) {
                catalog.outdated();
            }
            throw ClusterErrors.refusal(request, client.server(), reply);
        }
        return reply.json();
    }
}
