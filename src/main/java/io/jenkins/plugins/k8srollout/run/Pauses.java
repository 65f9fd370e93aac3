package io.jenkins.plugins.k8srollout.run;

import hudson.model.Run;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.StoredRelease;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import jenkins.model.Jenkins;

/** What those who wait for a release have in common. */
final class Pauses {
    private static final Set<String> ANSWERABLE = Set.of("paused", "interrupted", "failed", "held", "cancelled");

    private Pauses() {}

    /** How a pause of a build's release is answered, for its log. */
    static String howToAnswer(Run<?, ?> build, boolean onExecutor) {
        String root = Jenkins.get().getRootUrl();
        String page = root == null ? "the build's page" : root + build.getUrl() + ReleaseAction.URL + "/";
        String waiting = "Answer on " + page + ", by k8sContinue or by k8s-rollout continue";
        return onExecutor
                ? waiting + ". The node block around this step keeps its executor meanwhile; paused: 'return', and"
                        + " k8sContinue outside of the block, keep none"
                : waiting;
    }

    /** Whether nobody leads a kept release, and it holds something that one may go on with. */
    static boolean isAnswerable(StoredRelease release, Instant now) {
        return release.token().filter(t -> t.batches().isPresent()).isPresent()
                && ANSWERABLE.contains(release.state(now));
    }

    /** The build goes on or ends, and this controller stands by its paused release. */
    static void handOver(Run<?, ?> build, BuildLog log) {
        log.handOver();
        BackgroundReleases.get().standBy(build, log.entry());
    }

    /**
     * Ends a wait for a release.
     *
     * @param undone whether a release that was rolled back is what was wanted
     */
    static void complete(
            CompletableFuture<ReleaseResult> result, ReleaseRecord record, Throwable failure, boolean undone) {
        if (failure != null) {
            result.completeExceptionally(failure);
        } else if (record.isSuccess()
                || record.outcome() == Outcome.PAUSED
                || undone && record.outcome() == Outcome.ROLLED_BACK) {
            result.complete(new ReleaseResult(record));
        } else {
            result.completeExceptionally(new ReleaseException(record.problem().orElseThrow()));
        }
    }

    /** Whoever waited for an answer was ended. */
    static Problem interrupted(WatchToken left) {
        return new Problem(
                Problem.Kind.INTERRUPTED, "wait for an answer", "", "it was ended by somebody. " + left.left(), "");
    }
}
