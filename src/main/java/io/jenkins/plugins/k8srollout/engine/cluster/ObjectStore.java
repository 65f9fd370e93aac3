package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterErrors.Conflict;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyOptions;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyResult;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.TakenOver;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis.Resource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads and writes objects of any kind. */
final class ObjectStore {
    private static final String APPLY = "application/apply-patch+yaml"; // JSON is YAML
    private static final String MERGE = "application/merge-patch+json";
    private static final KubeObject DELETION =
            KubeObject.of(Map.of("apiVersion", "v1", "kind", "DeleteOptions", "propagationPolicy", "Background"));
    private static final String METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    private static final String PAGE = "500";
    private static final int LISTS_ANEW = 3;
    private static final int BOOKINGS_ANEW = 5;

    private final ApiClient client;
    private final Catalog catalog;
    private final ProgressSink sink;

    ObjectStore(ApiClient client, Catalog catalog, ProgressSink sink) {
        this.client = client;
        this.catalog = catalog;
        this.sink = sink;
    }

    Optional<KubeObject> get(ObjectRef ref) {
        return read(ref, "read").map(ObjectStore::unbooked);
    }

    Optional<KubeObject> booked(ObjectRef ref) {
        return read(ref, "read");
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
        return list(selection, ApiRequest.JSON);
    }

    /** An object that the server sends as metadata alone has another version and kind there; here it has its own. */
    List<KubeObject> listMetadata(Selection selection) {
        return list(selection, METADATA).stream()
                .map(o -> KubeObject.of(Map.of(
                        "apiVersion",
                        selection.apiVersion(),
                        "kind",
                        selection.kind(),
                        "metadata",
                        o.child("metadata"))))
                .toList();
    }

    private List<KubeObject> list(Selection selection, String accept) {
        String where = selection.namespace().isEmpty() ? "" : "in namespace " + selection.namespace();
        String attempted = "list " + selection.kind() + " objects";
        Optional<Resource> resource = resource(selection.apiVersion(), selection.kind(), attempted, where);
        if (resource.isEmpty()) {
            return List.of();
        }
        ApiRequest request = ApiRequest.get(Paths.collection(resource.get(), selection.namespace()), attempted, where)
                .accepting(accept)
                .with("labelSelector", selection.labelSelector())
                .with("fieldSelector", selection.fieldSelector());
        // A list so long that the server forgets its version between two pages is begun again, then asked for as a
        // whole.
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
        KubeObject wanted = ApplyBody.of(desired);
        Optional<KubeObject> before =
                options.from().or(() -> read(target, "read")).filter(o -> !o.isEmpty());
        Optional<ApplyResult> idle = before.filter(live -> IdleApply.is(live, wanted))
                .map(live -> new ApplyResult(before, unbooked(live), List.of(), owned(live), true));
        return idle.isPresent() ? idle.get() : apply(target, resource, wanted, before, options);
    }

    private ApplyResult apply(
            ObjectRef target, Resource resource, KubeObject wanted, Optional<KubeObject> before, ApplyOptions options) {
        String attempted = options.dryRun() ? "apply (dry run)" : "apply";
        ApiRequest request = ApiRequest.get(
                        Paths.object(resource, target.namespace(), target.name()), attempted, target.toString())
                .sending("PATCH", APPLY, Json.write(versioned(wanted, options)))
                .fresh(catalog.isAnnounced(resource))
                .with("fieldManager", ClusterPort.FIELD_MANAGER)
                .with("dryRun", options.dryRun() ? "All" : "");
        boolean guarded = version(options).isPresent();
        request = guarded ? request.conflictsAtOnce() : request;
        ApiReply reply = client.call(options.force() ? request.with("force", "true") : request, sink);
        KubectlFields kubectl = new KubectlFields(before.orElse(KubeObject.empty()));
        List<Conflict> conflicts = ClusterErrors.conflicts(reply);
        if (!conflicts.isEmpty()) {
            reply = conflicts.stream().allMatch(kubectl::isOurs)
                    ? client.call(request.with("force", "true"), sink)
                    : ClusterErrors.withConflicts(reply, c -> !kubectl.isOurs(c));
        }
        if (guarded && ClusterErrors.isOutdated(reply)) {
            throw new OutdatedException(target);
        }
        KubeObject after = checked(request, reply);
        if (!options.dryRun() && !options.force()) {
            inherit(target, resource, after, kubectl);
        }
        if (!options.dryRun() && after.kind().equals("CustomResourceDefinition")) {
            catalog.announce(after);
        }
        List<TakenOver> takenOver = conflicts.stream()
                .filter(c -> !c.manager().equals(ClusterPort.FIELD_MANAGER))
                .map(c -> new TakenOver(c.field(), c.manager()))
                .toList();
        boolean idle = before.filter(live -> IdleApply.isSame(live, after)).isPresent();
        return new ApplyResult(before, unbooked(after), takenOver, owned(after), idle);
    }

    private static KubeObject versioned(KubeObject wanted, ApplyOptions options) {
        Optional<String> version = version(options);
        if (version.isEmpty()) {
            return wanted;
        }
        KubeObject versioned = wanted.with(version.get(), "metadata", "resourceVersion");
        String uid = options.from().orElseThrow().uid();
        // Without it the server would make an object anew that is gone, in spite of the version.
        return uid.isEmpty() ? versioned : versioned.with(uid, "metadata", "uid");
    }

    private static Optional<String> version(ApplyOptions options) {
        return options.from().filter(o -> !options.dryRun()).flatMap(o -> o.text("metadata", "resourceVersion"));
    }

    static KubeObject owned(KubeObject booked) {
        return OwnedFields.of(booked, ClusterPort.FIELD_MANAGER);
    }

    // A controller's first look at the new object may come in between; its booking must not be lost.
    private void inherit(ObjectRef ref, Resource resource, KubeObject applied, KubectlFields kubectl) {
        Optional<KubeObject> current = Optional.of(applied);
        for (int i = 0; i < BOOKINGS_ANEW && current.isPresent(); i++) {
            KubeObject object = current.get();
            List<KubeObject> remaining = kubectl.remaining(object);
            if (remaining.size() == object.children("metadata", "managedFields").size()) {
                return;
            }
            KubeObject patch = KubeObject.empty()
                    .with(remaining, "metadata", "managedFields")
                    .with(object.text("metadata", "resourceVersion").orElse(""), "metadata", "resourceVersion");
            try {
                ApiRequest request = merge(ref, resource, patch);
                ApiReply reply = client.call(request.impatient(), sink);
                if (reply.code() != 409) {
                    checked(request, reply);
                    return;
                }
                current = read(ref, "read");
            } catch (ReleaseException e) {
                // What was asked for is done; the next release tries this again.
                String text =
                        ref + " stays booked as kubectl's, too: " + e.problem().reason();
                sink.accept(new ProgressEvent.Notice(Severity.INFO, text));
                return;
            }
        }
    }

    private static KubeObject unbooked(KubeObject object) {
        return object.without("metadata", "managedFields");
    }

    KubeObject create(KubeObject object) {
        ObjectRef ref = object.ref();
        Resource resource = served(ref, "create");
        ApiRequest request = ApiRequest.get(Paths.collection(resource, ref.namespace()), "create", ref.toString())
                .sending("POST", ApiRequest.JSON, Json.write(object))
                .with("fieldManager", ClusterPort.FIELD_MANAGER);
        return unbooked(checked(request, client.call(request, sink)));
    }

    KubeObject patch(ObjectRef ref, KubeObject patch) {
        Resource resource = served(ref, "change");
        ApiRequest request = merge(ref, resource, patch);
        boolean guarded = patch.has("metadata", "resourceVersion");
        return unbooked(checked(request, client.call(guarded ? request.conflictsAtOnce() : request, sink)));
    }

    private static ApiRequest merge(ObjectRef ref, Resource resource, KubeObject patch) {
        return ApiRequest.get(Paths.object(resource, ref.namespace(), ref.name()), "change", ref.toString())
                .sending("PATCH", MERGE, Json.write(patch))
                .with("fieldManager", ClusterPort.FIELD_MANAGER);
    }

    void delete(ObjectRef ref) {
        delete(ref, DELETION, false);
    }

    void delete(ObjectRef ref, String uid) {
        delete(ref, DELETION.with(uid, "preconditions", "uid"), true);
    }

    private void delete(ObjectRef ref, KubeObject options, boolean guarded) {
        Optional<Resource> resource = resource(ref.apiVersion(), ref.kind(), "delete", ref.toString());
        if (resource.isEmpty()) {
            return;
        }
        ApiRequest request = ApiRequest.get(
                        Paths.object(resource.get(), ref.namespace(), ref.name()), "delete", ref.toString())
                .sending("DELETE", ApiRequest.JSON, Json.write(options));
        ApiReply reply = client.call(guarded ? request.conflictsAtOnce() : request, sink);
        if (reply.code() != 404 && !(guarded && reply.code() == 409)) {
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
