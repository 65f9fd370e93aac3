package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.strategy.BatchStep.Stage;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a release in batches says of itself. Pure. */
final class BatchWords {
    private static final String HOW =
            "k8s-rollout continue goes on, k8s-rollout continue --rollback returns to the" + " previous revision";

    private BatchWords() {}

    static String stage(BatchProgress progress) {
        if (progress.isBlueGreen()) {
            return progress.stage().title();
        }
        return "Batch " + progress.step().batch() + " of " + progress.batches()
                + (progress.step().stage() == Stage.START ? ", start new pods" : "");
    }

    static String paused(WatchToken token) {
        String until = token.answerBy().map(t -> "; it waits until " + t).orElse("");
        return "Paused after " + token.batches().orElseThrow() + ": " + held(token) + " held until somebody answers"
                + until + ". " + HOW;
    }

    /** That workloads are held, as a clause; empty if none is. */
    static Optional<String> standing(WatchToken token) {
        return token.held().isEmpty()
                ? Optional.empty()
                : Optional.of(held(token) + " held in " + token.batches().orElseThrow() + " (" + HOW + ")");
    }

    /** The same of a release that has ended while it applied, so that nobody can go on with it. */
    static Optional<String> unfinished(WatchToken token) {
        return token.held().isEmpty()
                ? Optional.empty()
                : Optional.of(held(token) + " held in " + token.batches().orElseThrow()
                        + " (releasing again goes on, k8s-rollout continue --rollback returns to the previous"
                        + " revision)");
    }

    /** Why nobody can go on with it. */
    static Problem notApplied(WatchToken token) {
        return new Problem(
                Problem.Kind.FAILED,
                "go on with a release",
                token.held().stream().map(ObjectRef::toString).collect(Collectors.joining(", ")),
                "it ended while it applied, so that some of its objects may be missing. Nothing was changed now",
                "Release again, or return to the previous revision with k8s-rollout continue --rollback");
    }

    /** What goes on where nothing was undone. */
    static String left(WatchToken token) {
        return token.held().isEmpty()
                ? "Kubernetes goes on trying"
                : held(token) + " held in " + token.batches().orElseThrow() + ", and no further pod is replaced. "
                        + HOW;
    }

    private static String held(WatchToken token) {
        String names = token.held().stream().map(ObjectRef::toString).collect(Collectors.joining(", "));
        return names + (token.held().size() == 1 ? " is" : " are");
    }

    static Problem unanswered(WatchToken token) {
        return new Problem(
                Problem.Kind.TIMED_OUT,
                "release",
                token.held().stream().map(ObjectRef::toString).collect(Collectors.joining(", ")),
                "nobody has answered the pause after "
                        + token.batches().map(BatchProgress::toString).orElse("a batch")
                        + token.answerBy().map(t -> " until " + t).orElse(""),
                "Release again, and answer in time or without pauseTimeout");
    }

    static Problem refused(WatchToken token) {
        return new Problem(
                Problem.Kind.INTERRUPTED,
                "release",
                token.held().stream().map(ObjectRef::toString).collect(Collectors.joining(", ")),
                "somebody has decided against it"
                        + token.batches().map(b -> " in " + b).orElse(""),
                "");
    }
}
