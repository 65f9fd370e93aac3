package io.jenkins.plugins.k8srollout.engine.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.jenkins.plugins.k8srollout.engine.event.CalmSink;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A cluster reached through the fabric8 client: its configuration, credentials, TLS and HTTP. Requests are made from
 * plain data rather than through the client's typed operations, so that any kind and version works alike.
 *
 * <p>Opening makes no request. One opened cluster may serve many releases at once: {@link #reportingTo} gives each its
 * own voice over shared connections and watches.
 */
public final class Fabric8Cluster implements ClusterPort {
    private final ApiClient client;
    private final Catalog catalog;
    private final SharedWatches watches;
    private final KeptGrants grants;
    private final ProgressSink sink;
    private final Scheduler clock;
    private final ObjectStore store;
    private final Optional<String> namespace;
    private final Runnable closing;
    private final Set<Cancellable> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private Fabric8Cluster(
            ApiClient client,
            Catalog catalog,
            SharedWatches watches,
            KeptGrants grants,
            ProgressSink sink,
            Scheduler clock,
            Optional<String> namespace,
            Runnable closing) {
        this.client = client;
        this.catalog = catalog;
        this.watches = watches;
        this.grants = grants;
        this.sink = sink;
        this.clock = clock;
        this.store = new ObjectStore(client, catalog, sink);
        this.namespace = namespace;
        this.closing = closing;
    }

    /**
     * @param sink told when a call is tried again
     * @throws ReleaseException (refused input) if the access is incomplete or its certificates cannot be read
     */
    public static Fabric8Cluster open(ClusterAccess access, Scheduler scheduler, ProgressSink sink) {
        RetryTimer timer = new RetryTimer(scheduler);
        return open(access, scheduler, timer, sink, timer::close);
    }

    /** For tests: also the retries follow a scheduler that the test turns. */
    static Fabric8Cluster open(ClusterAccess access, Scheduler scheduler, Scheduler timer, ProgressSink sink) {
        return open(access, scheduler, timer, sink, () -> {});
    }

    private static Fabric8Cluster open(
            ClusterAccess access, Scheduler scheduler, Scheduler timer, ProgressSink sink, Runnable closeTimer) {
        Config config = ClientFactory.config(access);
        RetryPolicy policy = new RetryPolicy(access.patience(), access.renewsTokens());
        HttpClient http = ClientFactory.connect(config);
        ApiClient client = new ApiClient(http, config.getMasterUrl(), timer, policy);
        Catalog catalog = new Catalog(new Discovery(client), timer);
        KeptForm form = new KeptForm();
        SharedWatches watches =
                new SharedWatches(selection -> new Reflector(client, catalog, timer, selection, form), scheduler);
        Runnable closing = () -> {
            watches.close();
            http.close();
            closeTimer.run();
        };
        return new Fabric8Cluster(
                client,
                catalog,
                watches,
                new KeptGrants(timer),
                new CalmSink(sink, scheduler::now),
                scheduler,
                ClientFactory.namespace(access, config),
                closing);
    }

    /** The same cluster for another listener; closing it ends its own watches and nothing else. */
    public Fabric8Cluster reportingTo(ProgressSink other) {
        return new Fabric8Cluster(
                client, catalog, watches, grants, new CalmSink(other, clock::now), clock, namespace, () -> {});
    }

    /** The namespace that the access names; empty if it names none. */
    public Optional<String> defaultNamespace() {
        return namespace;
    }

    @Override
    public ServedApis apis() {
        return ApiClient.await(catalog.apis(sink), "ask what the cluster serves", address());
    }

    @Override
    public Optional<KubeObject> get(ObjectRef ref) {
        return store.get(ref);
    }

    @Override
    public List<KubeObject> list(Selection selection) {
        return store.list(selection);
    }

    @Override
    public List<KubeObject> listMetadata(Selection selection) {
        return store.listMetadata(selection);
    }

    @Override
    public ApplyResult apply(KubeObject desired, ApplyOptions options) {
        return store.apply(desired, options);
    }

    @Override
    public KubeObject create(KubeObject object) {
        return store.create(object);
    }

    @Override
    public KubeObject owned(KubeObject booked) {
        return ObjectStore.owned(booked);
    }

    @Override
    public Optional<KubeObject> booked(ObjectRef ref) {
        return store.booked(ref);
    }

    @Override
    public KubeObject patch(ObjectRef ref, KubeObject patch) {
        return store.patch(ref, patch);
    }

    @Override
    public void delete(ObjectRef ref) {
        store.delete(ref);
    }

    @Override
    public void delete(ObjectRef ref, String uid) {
        store.delete(ref, uid);
    }

    @Override
    public Cancellable watch(Selection selection, WatchListener listener) {
        if (closed) {
            throw new ReleaseException(new Problem(
                    Problem.Kind.FAILED, "watch", selection.kind(), "the connection was closed", "Open it again"));
        }
        Cancellable watch = watches.watch(selection, listener, sink);
        open.add(watch);
        return () -> {
            open.remove(watch);
            watch.cancel();
        };
    }

    @Override
    public List<String> logs(ObjectRef pod, String container, boolean previous, int lines) {
        return new PodLogs(client, sink).tail(pod, container, previous, lines);
    }

    @Override
    public List<AccessRight> missingRights(List<AccessRight> wanted) {
        return new AccessReviews(client, grants, sink).missing(wanted);
    }

    @Override
    public Optional<String> identity() {
        return new AccessReviews(client, grants, sink).identity();
    }

    @Override
    public String address() {
        return client.server();
    }

    /** How many watch connections are held, over all that share them. */
    public int openWatches() {
        return watches.open();
    }

    @Override
    public void close() {
        closed = true;
        new ArrayList<>(open).forEach(Cancellable::cancel);
        open.clear();
        closing.run();
    }

    /** The address. */
    @Override
    public String toString() {
        return address();
    }
}
