package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplates;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.HistoryName;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.WorkloadRef;
import io.jenkins.plugins.k8srollout.engine.release.ConfigRestore.Restored;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.HistoryEntry;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseStore.Entry;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Phase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps one release in the cluster while it runs: opened before the first change, brought up to date as often as a token
 * is saved, closed at the end. A release never fails for its record: what goes wrong is told once, as a warning.
 *
 * <p>All methods but {@link #end} block; one thread at a time.
 */
final class ReleaseBook {
    private static final int NUMBERS_TRIED = 5;

    private final ClusterPort port;
    private final ReleaseStore store;
    private final ReleaseRecorder recorder;
    private final Executor workers;
    private final String namespace;
    private Optional<StoredRelease> waiting = Optional.empty();
    private List<PastContent> unkept = List.of();
    private Optional<WatchToken> unsaved = Optional.empty();
    private String version = "";
    private boolean kept;
    private Optional<Problem> lost = Optional.empty();

    /** @param recorder knows the entry of a release that is gone on with */
    ReleaseBook(ReleaseTools tools, ReleaseRecorder recorder, String namespace) {
        this.port = tools.port();
        this.store = new ReleaseStore(tools.port(), namespace);
        this.recorder = recorder;
        this.workers = tools.workers();
        this.namespace = namespace;
        this.kept = recorder.entry().isKept();
    }

    /**
     * Writes down what is about to be changed.
     *
     * @param before the contents that are going to change
     * @return the token with the release's number in its record
     */
    WatchToken open(ReleasePlan plan, WatchToken token, List<PastContent> before) {
        unkept = before;
        attempt(() -> {
            List<KubeObject> objects = plan.objects();
            if (kept) {
                again(plan, token, before);
                return;
            }
            String history = nameOf(plan);
            List<Entry> entries = store.entries(history);
            if (plan.request().workload().isPresent()) {
                objects = overlaid(history, entries, objects);
            }
            create(history, entries, stored(objects, token, before));
        });
        return numbered(token);
    }

    /**
     * Insists that the release is kept, or will be once its namespace exists: in batches it may have to be gone on with, or
     * undone, by somebody who has nothing but the cluster.
     *
     * @throws ReleaseException if it could not be kept; nothing is changed yet
     */
    void mustBeKept() {
        if (recorder.entry().isKept() || waiting.isPresent()) {
            return;
        }
        lost.ifPresent(p -> {
            throw new ReleaseException(new Problem(
                    p.kind(),
                    "release in batches",
                    "namespace " + namespace,
                    "it cannot be kept in the history, where whoever continues or undoes it finds it: " + p.reason()
                            + ". Nothing was changed",
                    p.remedy() + (p.remedy().isEmpty() ? "Release" : "; or release") + " with strategy rolling"));
        });
    }

    /** Writes down what could not be, because its namespace was yet to be made. */
    void namespacesMade() {
        waiting.ifPresent(release -> attempt(() -> create(release.history(), List.of(), release)));
    }

    private static String nameOf(ReleasePlan plan) {
        ReleaseRequest request = plan.request();
        return request.history()
                .orElseGet(() ->
                        HistoryName.of(request.workload().map(WorkloadRef::name).orElseGet(() -> plan.objects().stream()
                                .filter(o -> PodTemplates.of(o).isPresent())
                                .map(KubeObject::name)
                                .findFirst()
                                .orElse(request.namespace()))));
    }

    /** A release of nothing but images keeps the rest of the last release, so that one can return to it as a whole. */
    private List<KubeObject> overlaid(String history, List<Entry> entries, List<KubeObject> changed) {
        return overlaid(
                entries.stream()
                        .filter(e -> e.is(Outcome.HEALTHY) || e.is(Outcome.APPLIED))
                        .findFirst()
                        .flatMap(e -> store.get(history, e.number()))
                        .flatMap(StoredRelease::manifests),
                changed);
    }

    private static List<KubeObject> overlaid(Optional<List<KubeObject>> manifests, List<KubeObject> changed) {
        Map<String, KubeObject> all = new LinkedHashMap<>();
        manifests.ifPresent(objects -> objects.forEach(o -> all.put(key(o), o)));
        changed.forEach(o -> all.put(key(o), o));
        return new ArrayList<>(all.values());
    }

    private static String key(KubeObject object) {
        ObjectRef ref = object.ref();
        return ref.group() + "|" + ref;
    }

    private StoredRelease stored(List<KubeObject> objects, WatchToken token, List<PastContent> before) {
        StoredRelease whole = new StoredRelease(token.record(), Optional.of(token), Optional.of(objects), before);
        int bytes = StoredReleaseText.size(whole);
        if (bytes <= StoredReleaseText.MOST_BYTES) {
            return whole;
        }
        warn("The manifests of this release take, packed and with its record, " + bytes / 1024
                + " KiB; a Secret has room for " + StoredReleaseText.MOST_BYTES / 1024
                + ". Its record is kept without them, so that one cannot return to it. Release large files as an image "
                + "or a volume, or split the folder");
        StoredRelease slim = new StoredRelease(token.record(), Optional.of(token), Optional.empty(), before);
        return StoredReleaseText.size(slim) <= StoredReleaseText.MOST_BYTES
                ? slim
                : new StoredRelease(token.record(), Optional.of(token), Optional.empty(), List.of());
    }

    private void create(String history, List<Entry> entries, StoredRelease release) {
        long first = entries.isEmpty() ? 1 : entries.get(0).number() + 1;
        for (long number = first; number < first + NUMBERS_TRIED; number++) {
            HistoryEntry entry = recorder.entry().numbered(history, number);
            StoredRelease numbered = new StoredRelease(
                    release.record().withEntry(entry),
                    release.token().map(t -> t.in(t.phase(), release.record().withEntry(entry))),
                    release.manifests(),
                    release.before());
            try {
                version = store.create(numbered);
            } catch (ReleaseException e) {
                if (isNamespaceMissing(e) && waiting.isEmpty()) {
                    waiting = Optional.of(numbered);
                    return;
                }
                if (e.problem().kind() != Problem.Kind.CONFLICT) {
                    throw e;
                }
                if (!store.holds(numbered.record())) {
                    warn("Another release of " + history + " began at the same time and is number " + number
                            + "; both change the same objects");
                    continue;
                }
            }
            recorder.entry(entry);
            kept = true;
            waiting = Optional.empty();
            unkept = numbered.before().isEmpty() ? unkept : List.of(); // the cluster has them
            tidy(entries);
            return;
        }
        throw new ReleaseException(new Problem(
                Problem.Kind.CONFLICT,
                "keep the release",
                history,
                "others have taken every number",
                "Let one job at a time release " + history));
    }

    // Now and not at the end, where somebody waits for the result.
    private void tidy(List<Entry> entries) {
        try {
            ReleaseStore.outdated(entries).forEach(store::delete);
        } catch (ReleaseException e) {
            warn("Older releases than the last " + ReleaseStore.KEPT + " could not be deleted: "
                    + e.problem().reason());
        }
    }

    private boolean isNamespaceMissing(ReleaseException e) {
        return e.problem().kind() == Problem.Kind.NOT_FOUND;
    }

    /** The release is begun anew; contents that its first attempt has changed are as they were before that one. */
    private void again(ReleasePlan plan, WatchToken token, List<PastContent> before) {
        Map<ObjectRef, PastContent> all = new LinkedHashMap<>();
        before.forEach(c -> all.put(c.ref(), c));
        Optional<StoredRelease> first =
                store.get(recorder.entry().history(), recorder.entry().number());
        first.ifPresent(s -> s.before().forEach(c -> all.put(c.ref(), c)));
        List<KubeObject> objects = plan.request().workload().isPresent()
                ? overlaid(first.flatMap(StoredRelease::manifests), plan.objects())
                : plan.objects();
        unkept = List.copyOf(all.values());
        store.update(stored(objects, numbered(token), unkept));
        unkept = List.of();
    }

    private WatchToken numbered(WatchToken token) {
        return token.in(token.phase(), token.record().withEntry(recorder.entry()));
    }

    /** Brings the kept release up to date. */
    void saved(WatchToken token) {
        if (kept && token.phase() != Phase.APPLYING) {
            unsaved = Optional.of(token);
            attempt(() -> {
                updateInOrder(token);
                unsaved = Optional.empty();
            });
        }
    }

    /**
     * Never after what is written later: an update that an abort interrupts may still be on its way to the server when the
     * end is written.
     */
    private void updateInOrder(WatchToken token) {
        version = version.isEmpty() ? store.version(token.record()) : version;
        try {
            version = store.update(token.record(), unsaved, version);
        } catch (ReleaseException e) {
            if (e.problem().kind() != Problem.Kind.CONFLICT) {
                throw e;
            }
            version = store.update(token.record(), unsaved, store.version(token.record()));
        }
    }

    /** Writes how the release has ended, on a worker, and then tells it. Returns at once. */
    void end(ReleaseRecord record, Consumer<ReleaseRecord> done) {
        if (!kept) {
            done.accept(record);
            return;
        }
        try {
            workers.execute(() -> {
                close(record);
                done.accept(record);
            });
        } catch (RuntimeException e) { // the workers are closed
            done.accept(record);
        }
    }

    private void close(ReleaseRecord record) {
        attempt(() -> store.update(record, unsaved));
    }

    /** Whether there are contents to return; false also if that cannot be found out. */
    boolean hasContents() {
        try {
            return !before().isEmpty();
        } catch (ReleaseException e) {
            return false;
        }
    }

    /**
     * Returns ConfigMaps and Secrets to what they held before the release.
     *
     * @param standing which of its workloads somebody else has released since; asked only if there is any to return
     */
    Restored restore(Supplier<Rollback.Standing> standing) {
        List<PastContent> contents;
        try {
            contents = before();
        } catch (ReleaseException e) {
            if (e.problem().kind() == Problem.Kind.INTERRUPTED) {
                throw e;
            }
            String text =
                    "ConfigMaps and Secrets keep their released contents, because the former ones cannot be read: "
                            + e.problem().reason();
            warn(text);
            return new Restored(List.of(), List.of(text), false);
        }
        return contents.isEmpty()
                ? Restored.NOTHING
                : recorder.stage("Return the configuration", contents.size() + " objects", () -> new ConfigRestore(
                                port, recorder)
                        .restore(contents, standing.get()));
    }

    /** @throws ReleaseException if they are in the cluster and cannot be read */
    private List<PastContent> before() {
        if (!unkept.isEmpty() || !recorder.entry().isKept()) {
            return unkept;
        }
        return store.get(recorder.entry().history(), recorder.entry().number())
                .map(StoredRelease::before)
                .orElse(List.of());
    }

    private void attempt(Runnable work) {
        try {
            work.run();
        } catch (ReleaseException e) {
            if (e.problem().kind() != Problem.Kind.INTERRUPTED) {
                giveUp(e.problem());
            }
        } catch (RuntimeException e) { // a fault of ours must not fail a release that goes well
            giveUp(ReleaseLife.problem(e));
        }
    }

    private void giveUp(Problem problem) {
        // What failed for a passing reason is written with the next update, or with the end.
        boolean lasting =
                !kept || problem.kind() == Problem.Kind.NOT_PERMITTED || problem.kind() == Problem.Kind.NOT_FOUND;
        String what;
        if (!kept) {
            what = "This release is not kept in the history, so that nobody can return to it: ";
        } else {
            what = "What becomes of this release "
                    + (lasting ? "is no longer written" : "could not be written just now")
                    + " to the history: ";
        }
        String remedy = problem.kind() == Problem.Kind.NOT_PERMITTED
                ? "For the next time have somebody apply this and bind it to the user:\n"
                        + RequiredRights.additionYaml(RequiredRights.toKeepHistory(namespace))
                                .stripTrailing()
                : problem.remedy();
        if (lost.isEmpty()) {
            warn(what + problem.reason() + (remedy.isEmpty() ? "" : ". " + remedy));
        }
        lost = lost.or(() -> Optional.of(problem));
        kept = kept && !lasting;
        waiting = Optional.empty();
    }

    private void warn(String text) {
        recorder.accept(new ProgressEvent.Notice(Severity.WARNING, text));
    }
}
