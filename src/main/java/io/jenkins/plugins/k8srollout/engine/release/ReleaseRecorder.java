package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Answer;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.HistoryEntry;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.ImageChange;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.ObjectChange;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Stage;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.VersionChange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Keeps the record by listening to the same events that the log shows, so that the two cannot disagree, and passes them
 * on. Thread-safe.
 */
final class ReleaseRecorder implements ProgressSink {
    private final ProgressSink next;
    private final Scheduler clock;
    private final String id;
    private final String namespace;
    private final String cluster;
    private final String changeCause;
    private final Instant started;
    private final List<ObjectChange> objects = new ArrayList<>();
    private final List<ImageChange> images = new ArrayList<>();
    private final List<VersionChange> upgrades = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private final Map<ObjectRef, String> configHashes = new LinkedHashMap<>();
    private final Map<ObjectRef, Health> health = new LinkedHashMap<>();
    private final List<Stage> stages = new ArrayList<>();
    private String stage = "the beginning";
    private String underway = "";
    private Optional<String> held = Optional.empty();
    private boolean onlyAsked;
    private Optional<Health.Cause> cause = Optional.empty();
    private Optional<Problem> problem = Optional.empty();
    private HistoryEntry entry = HistoryEntry.NONE;
    private List<Answer> answers = List.of();

    ReleaseRecorder(
            String id, String namespace, String cluster, String changeCause, Scheduler clock, ProgressSink next) {
        this(id, namespace, cluster, changeCause, clock.now(), clock, next);
    }

    private ReleaseRecorder(
            String id,
            String namespace,
            String cluster,
            String changeCause,
            Instant started,
            Scheduler clock,
            ProgressSink next) {
        this.id = id;
        this.namespace = namespace;
        this.cluster = cluster;
        this.changeCause = changeCause;
        this.started = started;
        this.clock = clock;
        this.next = next;
    }

    /** Begins a release anew that was interrupted while it applied. */
    static ReleaseRecorder again(ReleaseRecord saved, Scheduler clock, ProgressSink next) {
        ReleaseRecorder recorder = new ReleaseRecorder(
                saved.id(), saved.namespace(), saved.cluster(), saved.changeCause(), saved.started(), clock, next);
        recorder.entry = saved.entry();
        recorder.answers = saved.answers();
        return recorder;
    }

    /** Goes on with a record that was saved. */
    static ReleaseRecorder resume(ReleaseRecord saved, Scheduler clock, ProgressSink next) {
        ReleaseRecorder recorder = again(saved, clock, next);
        recorder.objects.addAll(saved.objects());
        recorder.images.addAll(saved.images());
        recorder.upgrades.addAll(saved.upgrades());
        recorder.findings.addAll(saved.findings());
        recorder.configHashes.putAll(saved.configHashes());
        recorder.health.putAll(saved.health());
        recorder.stages.addAll(saved.stages());
        recorder.cause = saved.cause();
        recorder.problem = saved.problem();
        return recorder;
    }

    @Override
    public void accept(ProgressEvent event) {
        synchronized (this) {
            note(event);
        }
        next.accept(event);
    }

    private void note(ProgressEvent event) {
        if (event instanceof ProgressEvent.StageStarted e) {
            stage = e.stage();
        } else if (event instanceof ProgressEvent.Applied e) {
            objects.add(new ObjectChange(e.object(), e.change()));
            onlyAsked |= e.dryRun();
        } else if (event instanceof ProgressEvent.ImageReplaced e) {
            images.add(new ImageChange(e.object(), e.container(), e.from(), e.to()));
        } else if (event instanceof ProgressEvent.Upgraded e) {
            upgrades.add(new VersionChange(e.object(), e.from(), e.to()));
        } else if (event instanceof ProgressEvent.Checked e) {
            findings.add(e.finding());
        } else if (event instanceof ProgressEvent.HealthChanged e) {
            health.put(e.object(), Health.of(e.state(), e.message()));
        } else if (event instanceof ProgressEvent.StageFinished e) {
            stages.add(new Stage(e.stage(), e.success(), e.took()));
        }
    }

    /** Takes over what an earlier attempt may have changed, as long as nothing was applied anew. */
    synchronized void begunBefore(List<ObjectChange> changes) {
        objects.clear();
        objects.addAll(changes);
    }

    /** The release's place in the history, as far as it is known. */
    synchronized void entry(HistoryEntry place) {
        entry = place;
    }

    synchronized HistoryEntry entry() {
        return entry;
    }

    synchronized void configHashes(Map<ObjectRef, String> hashes) {
        configHashes.putAll(hashes);
    }

    /** Why the release failed; what follows, such as a rollback, does not change that. */
    synchronized void failed(Problem why, Optional<Health.Cause> decisive) {
        if (problem.isEmpty()) {
            problem = Optional.of(why);
            cause = decisive;
        }
    }

    synchronized Optional<Problem> problem() {
        return problem;
    }

    /** The name of the stage that was begun last. */
    synchronized String stage() {
        return stage;
    }

    String id() {
        return id;
    }

    /** What holds changed objects where they are, as a clause; empty if nothing does. */
    synchronized Optional<String> held() {
        return held;
    }

    synchronized void held(Optional<String> words) {
        held = words;
    }

    /** What is left after the failure, told together with it. */
    synchronized void add(String sentence) {
        problem = problem.map(p -> new Problem(
                p.kind(), p.attempted(), p.object(), p.reason() + ". " + sentence, p.remedy(), p.validValues()));
    }

    /** What was being applied when the release was ended; the server's answer was not waited for. */
    synchronized void underway(ObjectRef object) {
        underway = object.toString();
    }

    /** Empty text if there is nothing of which it is not known whether it was changed. */
    synchronized String underway() {
        return underway;
    }

    /** Names of the objects that were applied and so may be different now. */
    synchronized List<String> changed() {
        return changedBut(Set.of());
    }

    /** The same without some objects. */
    synchronized List<String> changedBut(Collection<ObjectRef> others) {
        return objects.stream()
                .filter(o -> !onlyAsked && o.change() != ProgressEvent.Applied.Change.UNCHANGED)
                .map(ObjectChange::object)
                .filter(ref -> !others.contains(ref))
                .map(ObjectRef::toString)
                .toList();
    }

    /** Does a stage's work, with its beginning, end and time told. */
    <T> T stage(String name, String detail, Supplier<T> work) {
        Instant begun = clock.now();
        accept(new ProgressEvent.StageStarted(name, detail));
        boolean success = false;
        try {
            T result = work.get();
            success = true;
            return result;
        } finally {
            accept(new ProgressEvent.StageFinished(name, success, Duration.between(begun, clock.now())));
        }
    }

    synchronized ReleaseRecord record(Outcome outcome) {
        return new ReleaseRecord(
                id,
                namespace,
                cluster,
                changeCause,
                started,
                clock.now(),
                outcome,
                objects,
                images,
                upgrades,
                findings,
                configHashes,
                health,
                outcome == Outcome.HEALTHY ? Optional.empty() : cause,
                problem,
                stages,
                answers,
                entry);
    }
}
