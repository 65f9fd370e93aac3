package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.Applied.Change;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.ObjectChange;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Phase;
import java.time.Duration;
import java.util.List;
import org.junit.Test;

/** Processes that end, and others who interfere, at the worst moments. */
public class ReleaseRunInterruptionTest extends ReleaseRunFixture {
    private static final ObjectRef SETTINGS = new ObjectRef("v1", "ConfigMap", "shop", "settings");

    @Test
    public void processThatEndsWhileItRollsBackGoesOnWithThat() {
        release(MANIFESTS);
        KubeObject good = live();
        KubeObject bad = endingAt(Phase.ROLLBACK, BROKEN);
        assertThat("the rollback has begun", bad.child("spec"), equalTo(good.child("spec")));
        assertThat(token().phase(), is(Phase.ROLLING_BACK));
        resume();
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(live().child("spec"), equalTo(good.child("spec")));
        assertThat(
                sentence(last()),
                allOf(
                        containsString("absent: not found"),
                        containsString("Deployment/shop/web was returned to revision 1")));
    }

    @Test
    public void processThatEndsBeforeTheRollbackBeginsGoesOnWithThat() {
        release(MANIFESTS);
        KubeObject good = live();
        ProgressSink ending = event -> {
            if (event instanceof ProgressEvent.RollingBack) {
                throw new IllegalStateException("the process ends");
            }
        };
        ReleaseRun.start(builder(BROKEN).build(), tools(ending), saved::add, record -> {});
        scheduler.runDue();
        assertThat(token().phase(), is(Phase.ROLLING_BACK));
        resume();
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(live().child("spec"), equalTo(good.child("spec")));
    }

    @Test
    public void processThatEndsWhileItAppliesBeginsAnewAndCanStillRollBack() {
        release(MANIFESTS);
        KubeObject good = live();
        KubeObject bad = endingAt(Phase.RELEASE, BROKEN);
        assertThat("all was applied", bad.child("spec"), not(equalTo(good.child("spec"))));
        assertThat(token().isApplied(), is(false));
        WatchToken earlier = WatchToken.decode(token().encode());
        startAgain(builder(BROKEN).build(), earlier);
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(live().child("spec"), equalTo(good.child("spec")));
        assertThat(last().id(), equalTo(earlier.record().id()));
        assertThat(
                last().objects(),
                equalTo(List.of(new ObjectChange(SETTINGS, Change.CHANGED), new ObjectChange(WEB, Change.CHANGED))));
    }

    /** Jenkins interrupts its threads when it ends in good order; that says nothing against the release. */
    @Test
    public void anOrderlyEndWhileItAppliesIsNoReasonToRollBack() {
        release(MANIFESTS);
        ProgressSink ending = event -> {
            if (event instanceof ProgressEvent.Applied applied
                    && !applied.dryRun()
                    && applied.object().equals(WEB)) {
                throw new ReleaseException(
                        new Problem(Problem.Kind.INTERRUPTED, "apply", WEB.toString(), "the process ends", ""));
            }
        };
        ReleaseRequest request = builder(BROKEN).onFailure(OnFailure.ROLLBACK).build();
        ReleaseRun.start(request, tools(ending), saved::add, record -> {});
        scheduler.runDue();
        assertThat(token().phase(), is(Phase.APPLYING));
        assertThat(live().fields().toString(), containsString("web:absent"));
    }

    @Test
    public void releaseThatIsInterruptedTwiceCanStillRollBack() {
        release(MANIFESTS);
        KubeObject good = live();
        endingAt(Phase.RELEASE, BROKEN);
        WatchToken first = WatchToken.decode(token().encode());
        ReleaseRun.startAgain(
                builder(BROKEN).build(),
                first,
                tools(sink),
                token -> {
                    if (token.isApplied()) {
                        throw new IllegalStateException("the process ends");
                    }
                    saved.add(token);
                },
                record -> {});
        scheduler.runDue();
        WatchToken second = WatchToken.decode(token().encode());
        assertThat(second.phase(), is(Phase.APPLYING));
        assertThat(second.target(WEB), equalTo(first.target(WEB)));
        cluster.failNext("dry-run", refusal("ConfigMap/shop/settings"));
        startAgain(builder(BROKEN).build(), second);
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(live().child("spec"), equalTo(good.child("spec")));
    }

    @Test
    public void releaseThatBeganAnewReturnsWhatOnlyItsFirstRunHasReached() {
        release(MANIFESTS);
        KubeObject good = live();
        endingAt(Phase.RELEASE, BROKEN);
        WatchToken earlier = WatchToken.decode(token().encode());
        cluster.failNext("apply", refusal("ConfigMap/shop/settings"));
        startAgain(builder(BROKEN.replace("green", "red")).build(), earlier);
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(live().child("spec"), equalTo(good.child("spec")));
        assertThat(
                sentence(last()),
                allOf(
                        containsString("ConfigMap/shop/settings: no"),
                        containsString("Deployment/shop/web was returned to revision 1")));
    }

    @Test
    public void firstReleaseThatBeginsAnewIsStillTheFirst() {
        endingAt(Phase.RELEASE, MANIFESTS);
        startAgain(builder(MANIFESTS.replace("web:1", "web:absent")).build(), token());
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(last().objects(), hasItem(new ObjectChange(WEB, Change.CREATED)));
        assertThat(sentence(last()), containsString("Deployment/shop/web is new and has no previous revision"));
    }

    @Test
    public void releaseThatIsRefusedWhenItBeginsAnewIsReturned() {
        release(MANIFESTS);
        KubeObject good = live();
        endingAt(Phase.RELEASE, BROKEN);
        cluster.failNext("dry-run", refusal("ConfigMap/shop/settings"));
        startAgain(builder(BROKEN).build(), token());
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(live().child("spec"), equalTo(good.child("spec")));
        assertThat(
                sentence(last()),
                allOf(
                        containsString("ConfigMap/shop/settings: no"),
                        containsString("had begun to apply ConfigMap/shop/settings, Deployment/shop/web"),
                        containsString("ConfigMap/shop/settings was returned to its content before")));
    }

    @Test
    public void releaseThatHadNotChangedAWorkloadYetReturnsNone() {
        release(MANIFESTS);
        endingAt(Phase.APPLYING, BROKEN);
        saved.clear();
        cluster.failNext("apply", new IllegalStateException("the process ends"));
        ReleaseRun.start(builder(BROKEN).build(), tools(sink), saved::add, record -> {});
        scheduler.runDue();
        KubeObject untouched = live();
        resume();
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(live(), equalTo(untouched));
        assertThat(sentence(last()), containsString("what it was to apply is no longer known"));
    }

    @Test
    public void everyTokenIsReadBackAsItWasWritten() {
        release(MANIFESTS);
        release(BROKEN);
        assertThat(
                saved.stream().map(WatchToken::phase).skip(2).toList(),
                equalTo(List.of(Phase.APPLYING, Phase.RELEASE, Phase.ROLLING_BACK, Phase.ROLLBACK)));
        saved.forEach(token -> assertThat(WatchToken.decode(token.encode()), equalTo(token)));
    }

    // ---- somebody else

    @Test
    public void revisionThatSomebodyElseReturnedToIsNoSuccess() {
        release(MANIFESTS);
        KubeObject good = live();
        start(builder(MANIFESTS.replace("web:1", "web:slow")).build());
        change(good.child("spec", "template"));
        assertThat("never healthy", last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(
                sentence(last()),
                allOf(
                        containsString("Deployment/shop/web: somebody else has changed its pod template"),
                        containsString("(generation 3, the release made 2)"),
                        containsString("web from registry.example.com/shop/web:1")));
        assertThat(live().child("spec"), equalTo(good.child("spec")));
    }

    @Test
    public void thirdRevisionIsNotRolledBackEither() {
        release(MANIFESTS);
        KubeObject good = live();
        start(builder(MANIFESTS.replace("web:1", "web:slow")).build());
        KubeObject other = good.child("spec", "template")
                .with("registry.example.com/shop/web:3", "spec", "containers", 0, "image");
        change(other);
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(live().child("spec", "template"), equalTo(other));
        assertThat(sentence(last()), containsString("Deployment/shop/web stays as it is: somebody else has changed"));
    }

    @Test
    public void scalingIsNoOtherRevision() {
        Cancellable run = start(builder(MANIFESTS.replace("web:1", "web:slow")).build());
        cluster.put(live().with(3, "spec", "replicas").with(2, "metadata", "generation"));
        scheduler.runDue();
        assertThat(records, empty());
        run.cancel();
    }

    @Test
    public void doubtThatCannotBeSettledNowIsSettledLater() {
        release(MANIFESTS);
        KubeObject good = live();
        start(builder(MANIFESTS.replace("web:1", "web:slow")).build());
        records.clear();
        cluster.failNext("owned", refusal("Deployment/shop/web"));
        change(good.child("spec", "template"));
        assertThat("neither healthy nor failed before it is known", records, empty());
        scheduler.advance(Duration.ofSeconds(2));
        assertThat(sentence(last()), containsString("somebody else has changed its pod template"));
    }

    // ---- helpers

    /** A release whose process ends before it can save a phase. */
    private KubeObject endingAt(Phase phase, String manifests) {
        ReleaseRequest request =
                builder(manifests).onFailure(OnFailure.ROLLBACK).build();
        ReleaseRun.start(
                request,
                tools(sink),
                token -> {
                    if (token.phase() == phase) {
                        throw new IllegalStateException("the process ends");
                    }
                    saved.add(token);
                },
                record -> {});
        scheduler.runDue();
        return cluster.get(WEB).orElse(KubeObject.empty());
    }

    private void resume() {
        ReleaseRun.resume(WatchToken.decode(token().encode()), tools(sink), saved::add, records::add);
        scheduler.runDue();
    }

    private void startAgain(ReleaseRequest request, WatchToken earlier) {
        ReleaseRun.startAgain(request, earlier, tools(sink), saved::add, records::add);
        scheduler.runDue();
    }

    /** What kubectl would do. */
    private void change(KubeObject template) {
        KubeObject now = live();
        cluster.put(now.with(template.fields(), "spec", "template")
                .with(now.numberOr(0, "metadata", "generation") + 1, "metadata", "generation"));
        scheduler.runDue();
    }
}
