package io.jenkins.plugins.k8srollout.testutil;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.OutdatedException;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A cluster in memory, without controllers: objects change only by what the engine applies and by what the test puts.
 * Watches are told on the thread that made the change, before that call returns. Objects are found by group, kind,
 * namespace and name, whatever their version.
 */
public final class FakeCluster implements ClusterPort {
    private final Map<String, KubeObject> objects = new LinkedHashMap<>();
    private final Map<String, KubeObject> applied = new HashMap<>();
    private final Map<String, Set<String>> patchedAnnotations = new HashMap<>();
    private final List<Watch> watches = new ArrayList<>();
    private final Deque<Runnable> deliveries = new ArrayDeque<>();
    private final Map<String, Deque<RuntimeException>> failures = new HashMap<>();
    private final Map<String, Consumer<KubeObject>> reactions = new HashMap<>();
    private final Map<String, List<String>> logs = new HashMap<>();
    private final Map<String, Runnable> meanwhile = new HashMap<>();
    private final List<String> calls = new ArrayList<>();
    private List<AccessRight> missingRights = List.of();
    private Optional<String> identity = Optional.of("system:serviceaccount:jenkins:deployer");
    private ServedApis apis = FakeObjects.apis("1.34");
    private String address = "https://fake.example.com:6443";
    private boolean removesWhatIsLeftOut;
    private boolean delivering;
    private boolean silent;
    private long version;

    private record Watch(Selection selection, WatchListener listener) {}

    // ---- what a test does

    /** Creates or replaces an object as it stands, as a controller or a user would. */
    public synchronized KubeObject put(KubeObject object) {
        String key = key(object.ref());
        KubeObject before = objects.get(key);
        KubeObject stored = object.with(String.valueOf(++version), "metadata", "resourceVersion");
        if (stored.uid().isEmpty()) {
            stored = stored.with(before == null ? "uid-" + version : before.uid(), "metadata", "uid");
        }
        objects.put(key, stored);
        tellChanged(before, stored);
        return stored;
    }

    /** Puts the object as a change to its status, its other fields kept. */
    public synchronized KubeObject status(ObjectRef ref, Map<String, Object> status) {
        return put(existing(ref, "change the status").with(status, "status"));
    }

    public synchronized void remove(ObjectRef ref) {
        KubeObject gone = objects.remove(key(ref));
        if (gone != null && !silent) {
            List.copyOf(watches).stream()
                    .filter(w -> FakeObjects.selects(w.selection(), gone))
                    .forEach(w -> deliver(w, () -> w.listener().deleted(gone)));
            drain();
        }
    }

    /** From now on an apply removes what an earlier one has set and it leaves out; without this, it only adds. */
    public synchronized void removeWhatIsLeftOut() {
        removesWhatIsLeftOut = true;
    }

    /**
     * Makes the next calls fail, one failure each.
     *
     * @param verb as in {@link #calls}: get, list, apply, create, patch, delete, watch, logs; or one of those calls in
     *     full; or apis
     */
    public synchronized void failNext(String verb, RuntimeException... reasons) {
        failures.computeIfAbsent(verb, v -> new ArrayDeque<>()).addAll(List.of(reasons));
    }

    /** What somebody else does just before the next such call, given in full as in {@link #calls}, takes effect. */
    public synchronized void meanwhile(String call, Runnable other) {
        meanwhile.put(call, other);
    }

    /** Ends every watch of a kind with a failure. */
    public synchronized void failWatches(String kind, RuntimeException reason) {
        for (Watch watch : List.copyOf(watches)) {
            if (watch.selection().kind().equals(kind)) {
                deliveries.add(() -> watch.listener().failed(reason));
                watches.remove(watch);
            }
        }
        drain();
    }

    /** What a controller would do after an object of this kind was applied, patched or put. */
    public synchronized void react(String kind, Consumer<KubeObject> reaction) {
        reactions.put(kind, reaction);
    }

    public synchronized void logs(ObjectRef pod, String container, boolean previous, String... lines) {
        logs.put(key(pod) + container + previous, List.of(lines));
    }

    public synchronized void serve(ServedApis served) {
        apis = served;
    }

    public synchronized void denyRights(AccessRight... rights) {
        missingRights = List.of(rights);
    }

    /** Whoever connects finds another cluster, of the same contents. */
    public synchronized void moveTo(String server) {
        address = server;
    }

    /** @param user null for a server that does not tell */
    public synchronized void identify(String user) {
        identity = Optional.ofNullable(user);
    }

    /** Every call so far as {@code verb Kind/namespace/name} or {@code verb Kind/namespace}; dry runs as {@code dry-run}, applies that came too late as {@code outdated}. */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** How many watches are open; zero proves that nothing was left behind. */
    public synchronized int openWatches() {
        return watches.size();
    }

    // ---- ClusterPort

    @Override
    public synchronized ServedApis apis() {
        failIfScripted("apis");
        return apis;
    }

    @Override
    public synchronized Optional<KubeObject> get(ObjectRef ref) {
        called("get", ref.toString());
        return Optional.ofNullable(objects.get(key(ref)));
    }

    @Override
    public synchronized List<KubeObject> list(Selection selection) {
        called("list", selection.kind() + "/" + selection.namespace());
        return selected(selection);
    }

    @Override
    public synchronized List<KubeObject> listMetadata(Selection selection) {
        return list(selection).stream().map(FakeObjects::metadata).toList();
    }

    @Override
    public synchronized ApplyResult apply(KubeObject desired, ApplyOptions options) {
        called(options.dryRun() ? "dry-run" : "apply", desired.ref().toString());
        String key = key(desired.ref());
        Optional<KubeObject> before = Optional.ofNullable(objects.get(key));
        Optional<String> expected =
                options.from().filter(o -> !o.isEmpty() && !options.dryRun()).map(FakeCluster::version);
        if (expected.isPresent() && !expected.equals(before.map(FakeCluster::version))) {
            calls.set(calls.size() - 1, "outdated " + desired.ref());
            throw new OutdatedException(desired.ref());
        }
        KubeObject earlier = removesWhatIsLeftOut ? applied.getOrDefault(key, KubeObject.empty()) : KubeObject.empty();
        KubeObject given = FakeObjects.without(before.orElse(KubeObject.empty()), earlier, desired);
        KubeObject after = FakeObjects.merged(given, desired, false);
        boolean idle = before.filter(after::equals).isPresent() && desired.equals(applied.get(key));
        if (options.dryRun()) {
            return new ApplyResult(before, after, List.of(), owned(after), idle);
        }
        applied.put(key, desired);
        patchedAnnotations
                .getOrDefault(key, new HashSet<>())
                .removeAll(desired.annotations().keySet());
        KubeObject stored = store(before, after);
        return new ApplyResult(before, stored, List.of(), owned(stored), idle);
    }

    @Override
    public synchronized KubeObject create(KubeObject object) {
        called("create", object.ref().toString());
        if (objects.containsKey(key(object.ref()))) {
            throw new ReleaseException(new Problem(
                    Problem.Kind.CONFLICT, "create", object.ref().toString(), "it exists already", "Try again"));
        }
        return store(Optional.empty(), object);
    }

    /**
     * Here everything an object asks for is ours: the last that an apply or a test put there; but not annotations that a
     * patch has brought.
     */
    @Override
    public synchronized Optional<KubeObject> owned(ObjectRef ref) {
        called("owned", ref.toString());
        return Optional.ofNullable(objects.get(key(ref))).map(this::owned);
    }

    @Override
    public synchronized KubeObject owned(KubeObject o) {
        return FakeObjects.spec(o)
                .with(o.name(), "metadata", "name")
                .with(o.namespace(), "metadata", "namespace")
                .with(o.labels(), "metadata", "labels")
                .with(appliedAnnotations(o), "metadata", "annotations");
    }

    private static String version(KubeObject object) {
        return object.text("metadata", "resourceVersion").orElse("");
    }

    private Map<String, String> appliedAnnotations(KubeObject object) {
        Map<String, String> annotations = new LinkedHashMap<>(object.annotations());
        annotations.keySet().removeAll(patchedAnnotations.getOrDefault(key(object.ref()), Set.of()));
        return annotations;
    }

    /** Nobody keeps such books here; a test may put some. */
    @Override
    public synchronized Optional<KubeObject> booked(ObjectRef ref) {
        called("booked", ref.toString());
        return Optional.ofNullable(objects.get(key(ref)));
    }

    @Override
    public synchronized KubeObject patch(ObjectRef ref, KubeObject patch) {
        called("patch", ref.toString());
        KubeObject before = existing(ref, "patch");
        Optional<String> guard = patch.text("metadata", "resourceVersion");
        if (guard.isPresent() && !guard.equals(before.text("metadata", "resourceVersion"))) {
            throw new ReleaseException(new Problem(
                    Problem.Kind.CONFLICT, "change", ref.toString(), "the object has been modified", "Try again"));
        }
        for (String name : patch.child("metadata", "annotations").fields().keySet()) {
            patchedAnnotations.computeIfAbsent(key(ref), k -> new HashSet<>()).add(name);
            applied.computeIfPresent(key(ref), (k, o) -> o.without("metadata", "annotations", name));
        }
        return store(Optional.of(before), FakeObjects.merged(before, patch, true));
    }

    @Override
    public synchronized void delete(ObjectRef ref) {
        called("delete", ref.toString());
        remove(ref);
    }

    @Override
    public synchronized void delete(ObjectRef ref, String uid) {
        called("delete", ref.toString());
        if (Optional.ofNullable(objects.get(key(ref)))
                .filter(o -> o.uid().equals(uid))
                .isPresent()) {
            remove(ref);
        }
    }

    @Override
    public synchronized Cancellable watch(Selection selection, WatchListener listener) {
        called("watch", selection.kind() + "/" + selection.namespace());
        Watch watch = new Watch(selection, listener);
        watches.add(watch);
        selected(selection).forEach(o -> deliver(watch, () -> listener.changed(o)));
        deliver(watch, listener::synced);
        drain();
        return () -> end(watch);
    }

    /** From now on the server is away for those who watch. */
    public synchronized void disconnectWatches() {
        watches.forEach(w -> deliver(w, w.listener()::disconnected));
        drain();
    }

    /** Whether watches are told of no change for now; what they miss they are never told. */
    public synchronized void silenceWatches(boolean value) {
        silent = value;
    }

    /** The server is there again, and everything has been told. */
    public synchronized void reconnectWatches() {
        watches.forEach(w -> deliver(w, w.listener()::synced));
        drain();
    }

    @Override
    public synchronized List<String> logs(ObjectRef pod, String container, boolean previous, int lines) {
        called("logs", pod + " " + container + (previous ? " previous" : ""));
        List<String> all = logs.getOrDefault(key(pod) + container + previous, List.of());
        return all.subList(Math.max(0, all.size() - lines), all.size());
    }

    @Override
    public synchronized List<AccessRight> missingRights(List<AccessRight> wanted) {
        return wanted.stream().filter(missingRights::contains).toList();
    }

    @Override
    public synchronized Optional<String> identity() {
        return identity;
    }

    @Override
    public synchronized String address() {
        return address;
    }

    @Override
    public synchronized void close() {
        watches.clear();
    }

    // ---- inside

    private KubeObject store(Optional<KubeObject> before, KubeObject after) {
        boolean same = before.isPresent() && before.get().equals(after);
        if (same) {
            return after;
        }
        boolean sameSpec = before.isPresent() && FakeObjects.spec(before.get()).equals(FakeObjects.spec(after));
        long generation =
                before.map(b -> b.numberOr(1, "metadata", "generation")).orElse(0L) + (sameSpec ? 0 : 1);
        return put(after.with(generation, "metadata", "generation"));
    }

    private void tellChanged(KubeObject before, KubeObject stored) {
        for (Watch watch : silent ? List.<Watch>of() : List.copyOf(watches)) {
            if (FakeObjects.selects(watch.selection(), stored)) {
                deliver(watch, () -> watch.listener().changed(stored));
            } else if (before != null && FakeObjects.selects(watch.selection(), before)) {
                deliver(watch, () -> watch.listener().deleted(stored));
            }
        }
        Consumer<KubeObject> reaction = reactions.get(stored.kind());
        if (reaction != null && isDesire(before, stored)) {
            deliveries.add(() -> reaction.accept(stored));
        }
        drain();
    }

    // A controller's own write of the status must not wake it again.
    private static boolean isDesire(KubeObject before, KubeObject stored) {
        return before == null || !FakeObjects.spec(before).equals(FakeObjects.spec(stored));
    }

    private void deliver(Watch watch, Runnable call) {
        deliveries.add(() -> {
            if (watches.contains(watch)) {
                call.run();
            }
        });
    }

    // One call at a time, in order, also when a listener changes the cluster itself.
    private void drain() {
        if (delivering) {
            return;
        }
        delivering = true;
        try {
            for (Runnable next = deliveries.poll(); next != null; next = deliveries.poll()) {
                next.run();
            }
        } finally {
            delivering = false;
        }
    }

    private synchronized void end(Watch watch) {
        watches.remove(watch);
    }

    private List<KubeObject> selected(Selection selection) {
        return objects.values().stream()
                .filter(o -> FakeObjects.selects(selection, o))
                .toList();
    }

    private KubeObject existing(ObjectRef ref, String attempted) {
        KubeObject found = objects.get(key(ref));
        if (found == null) {
            throw new ReleaseException(new Problem(
                    Problem.Kind.NOT_FOUND, attempted, ref.toString(), "there is no such object", "Check its name"));
        }
        return found;
    }

    private void called(String verb, String on) {
        calls.add(verb + " " + on);
        Runnable other = meanwhile.remove(verb + " " + on);
        if (other != null) {
            other.run();
        }
        failIfScripted(verb + " " + on, verb);
    }

    private void failIfScripted(String... names) {
        for (String scripted : names) {
            Deque<RuntimeException> reasons = failures.getOrDefault(scripted, new ArrayDeque<>());
            if (!reasons.isEmpty()) {
                throw reasons.poll();
            }
        }
    }

    private static String key(ObjectRef ref) {
        return String.join("|", ref.group(), ref.kind(), ref.namespace(), ref.name());
    }
}
