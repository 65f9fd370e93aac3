package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.HttpCheck;
import io.jenkins.plugins.k8srollout.engine.release.WebQuestion.Answer;
import io.jenkins.plugins.k8srollout.engine.release.WebQuestion.UnansweredException;
import java.util.Optional;

/** Asks an application whether it is well ({@link WebQuestion}); at most 64 KiB of an answer are read. */
final class HttpProbe {
    private static final int LONGEST_BODY = 64 * 1024;

    /**
     * One attempt; blocks for at most ten seconds.
     *
     * @return why it has failed; empty if the answer is as expected
     */
    Optional<String> attempt(HttpCheck check) {
        try {
            return WebQuestion.ask(check.url(), LONGEST_BODY, answer -> judge(check, answer));
        } catch (UnansweredException e) {
            return Optional.of(e.getMessage());
        }
    }

    private static Optional<String> judge(HttpCheck check, Answer answer) {
        if (answer.status() != check.status()) {
            return Optional.of("status " + answer.status() + " instead of " + check.status());
        }
        return check.body()
                .filter(wanted -> !TimedMatch.found(wanted, answer.body(), WebQuestion.WHOLE))
                .map(wanted -> "the answer does not contain " + wanted.pattern());
    }
}
