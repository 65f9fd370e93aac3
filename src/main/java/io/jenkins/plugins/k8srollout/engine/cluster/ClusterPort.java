package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis;
import java.util.List;
import java.util.Optional;

/**
 * All that the engine asks of a Kubernetes API server. Thread-safe.
 *
 * <p>Every method but {@link #watch} blocks until the server has answered; passing faults (connection lost, 429, 5xx,
 * expired token) are retried inside, within {@link ClusterAccess}'s patience. What remains is thrown as
 * {@link io.jenkins.plugins.k8srollout.engine.model.ReleaseException}: {@code UNREACHABLE}, {@code NOT_PERMITTED} (the
 * missing right is named), {@code CONFLICT} (manager and fields are named), {@code REJECTED} (the server's words).
 */
public interface ClusterPort extends AutoCloseable {

    /** What the server serves; discovered once and kept, and anew after a CustomResourceDefinition was applied. */
    ServedApis apis();

    /** @return empty if the object, or its kind, does not exist */
    Optional<KubeObject> get(ObjectRef ref);

    List<KubeObject> list(Selection selection);

    /** As {@link #list}, but of each object only its version, kind and metadata; the rest does not travel. */
    List<KubeObject> listMetadata(Selection selection);

    /** Under this name the API server books who owns which field. */
    String FIELD_MANAGER = "kubernetes-rollout";

    /**
     * Server-side apply under {@link #FIELD_MANAGER}. A conflict with that same manager's other writes is none, nor is
     * one with what kubectl has left on an object that it made: such fields are taken over and told in the result. What
     * would certainly change nothing, not even who owns which field, is not sent.
     *
     * @throws OutdatedException if the object is no longer what {@link ApplyOptions#from} says
     */
    ApplyResult apply(KubeObject desired, ApplyOptions options);

    /**
     * Creates an object that does not exist yet, in one request.
     *
     * @return the object as the server has it, with its uid
     * @throws io.jenkins.plugins.k8srollout.engine.model.ReleaseException ({@code CONFLICT}) if one of this name exists;
     *     that may be our own doing, when the answer to a first attempt was lost
     */
    KubeObject create(KubeObject object);

    /**
     * The fields of an object that our field manager owns by server-side apply, as they are now, with the object's
     * identity. An apply gives up the fields it leaves out; who wants to change only a part of what was applied changes
     * it in this and applies the whole.
     *
     * @return empty if the object does not exist
     */
    default Optional<KubeObject> owned(ObjectRef ref) {
        return booked(ref).map(this::owned);
    }

    /**
     * The same of an object that was read already.
     *
     * @param booked as {@link #booked} has answered it
     */
    KubeObject owned(KubeObject booked);

    /** As {@link #get}, with the server's books of who owns which field ({@code metadata.managedFields}). */
    Optional<KubeObject> booked(ObjectRef ref);

    /**
     * Changes a part of an existing object by a JSON merge patch (RFC 7386) under our field manager.
     *
     * @param patch maps, lists and values; null removes a field. With a {@code metadata.resourceVersion} it holds for
     *     that version only, and any other is a {@code CONFLICT} at once
     */
    KubeObject patch(ObjectRef ref, KubeObject patch);

    /** Deletes with background propagation; an absent object is fine. */
    void delete(ObjectRef ref);

    /** As {@link #delete(ObjectRef)}, but only that very object: another one that has its name by now stays. */
    void delete(ObjectRef ref, String uid);

    /**
     * Follows the objects of a selection. First come those that exist, then {@link WatchListener#synced}, then each
     * change; broken connections are taken up where they ended; after a longer loss, or if the server has forgotten the
     * version, a new list mends them, of which only differences are told. Watches of the same kind and namespace share
     * one connection. Objects come without {@code managedFields}, and events that only say that all goes its way (a pod
     * was scheduled, its image pulled, its container started) do not come.
     */
    Cancellable watch(Selection selection, WatchListener listener);

    /** The last lines of a container's log, oldest first; empty if there is none. Never throws for an absent log. */
    List<String> logs(ObjectRef pod, String container, boolean previous, int lines);

    /** Which of these rights the credentials lack, asked of the server without trying. */
    List<AccessRight> missingRights(List<AccessRight> wanted);

    /** Whom the server takes these credentials for; empty where it does not tell, as before Kubernetes 1.27. */
    Optional<String> identity();

    /** The server's address, for messages; without credentials. */
    String address();

    /** Ends all watches and connections. */
    @Override
    void close();

    /**
     * What to list or watch.
     *
     * @param apiVersion as in {@code v1}
     * @param kind as in {@code Pod}
     * @param namespace empty text for cluster-scoped kinds and for all namespaces
     * @param labelSelector as in {@code app=web,tier in (a,b)}; empty text for all
     * @param fieldSelector as in {@code involvedObject.name=web}; empty text for all
     */
    record Selection(String apiVersion, String kind, String namespace, String labelSelector, String fieldSelector) {
        public static Selection of(String apiVersion, String kind, String namespace) {
            return new Selection(apiVersion, kind, namespace, "", "");
        }

        public Selection labelled(String selector) {
            return new Selection(apiVersion, kind, namespace, selector, fieldSelector);
        }
    }

    /**
     * @param dryRun only ask what would happen
     * @param force take over fields that another manager owns
     * @param from what the wish was made from, as {@link ClusterPort#booked} has read it, or an empty object if it did
     *     not exist: it is not read again, and the apply holds for that version only, unless it is a dry run. Nothing if
     *     any version will do
     */
    record ApplyOptions(boolean dryRun, boolean force, Optional<KubeObject> from) {
        public static final ApplyOptions PLAIN = new ApplyOptions(false, false);

        public ApplyOptions(boolean dryRun, boolean force) {
            this(dryRun, force, Optional.empty());
        }

        /** For a change of what is ours, made of what was there: nothing can be in conflict but its version. */
        public static ApplyOptions changing(KubeObject booked) {
            return new ApplyOptions(false, true, Optional.of(booked));
        }
    }

    /**
     * @param booked the object as it was, as {@link ClusterPort#booked} reads it; empty if it did not exist
     * @param after the object as the server has it now, or would have it after a dry run
     * @param takenOver fields that belonged to kubectl and are ours now
     * @param owned what {@link ClusterPort#owned} would answer now
     * @param idle whether nothing at all was changed or would be, not even who owns which field
     */
    record ApplyResult(
            Optional<KubeObject> booked, KubeObject after, List<TakenOver> takenOver, KubeObject owned, boolean idle) {
        public ApplyResult {
            takenOver = List.copyOf(takenOver);
        }

        /** Nothing is taken over, and nothing known of what is owned. */
        public ApplyResult(Optional<KubeObject> before, KubeObject after) {
            this(before, after, List.of(), KubeObject.empty(), false);
        }

        /** The object as it was; empty if it did not exist. */
        public Optional<KubeObject> before() {
            return booked.map(o -> o.without("metadata", "managedFields"));
        }

        /** The same as if it had begun from what was there at an earlier time. */
        public ApplyResult since(Optional<KubeObject> earlier) {
            return new ApplyResult(earlier, after, takenOver, owned, false);
        }

        /** Whether anything is different that a user could have asked for; status and bookkeeping do not count. */
        public boolean changed() {
            return booked.isEmpty() || !asked(booked.get()).equals(asked(after));
        }

        private static KubeObject asked(KubeObject object) {
            KubeObject asked = object.without("status")
                    .without("metadata", "managedFields")
                    .without("metadata", "resourceVersion")
                    .without("metadata", "generation")
                    // The controller's own count, which it writes some time after the change it counts
                    .without("metadata", "annotations", "deployment.kubernetes.io/revision");
            return asked.child("metadata", "annotations").isEmpty() ? asked.without("metadata", "annotations") : asked;
        }
    }

    /**
     * A field with another value than before, and another owner.
     *
     * @param field as the server names it: {@code spec.template.spec.containers[name="web"].image}
     * @param manager who owned it
     */
    record TakenOver(String field, String manager) {}

    /**
     * One right as the server's authorizer sees it.
     *
     * @param verb as in {@code patch}
     * @param group API group, empty text for the core group
     * @param resource plural, with subresource as in {@code pods/log}
     * @param namespace empty text for cluster-wide
     */
    record AccessRight(String verb, String group, String resource, String namespace) {}

    /** Takes the objects of a watch, one call at a time, on a thread of the client's; it must not block. */
    interface WatchListener {
        /** The object is new or has changed. */
        void changed(KubeObject object);

        /** The object is gone; given as last seen. */
        void deleted(KubeObject object);

        /** All that exists has been told: at the start, and again after each {@link #disconnected}. */
        void synced();

        /**
         * The server is away, and what it has last shown may be over: silence proves nothing until {@link #synced}. A
         * connection that breaks and is mended at once is not told.
         */
        default void disconnected() {}

        /** The watch cannot go on (access lost, kind gone); called once, nothing follows. */
        void failed(RuntimeException reason);
    }
}
