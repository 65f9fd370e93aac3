package io.jenkins.plugins.k8srollout.engine.model;

import java.util.List;

/**
 * The one exception that leaves the engine: a {@link Problem} that is fit to be shown to a user as it is.
 *
 * <p>It is unchecked because it crosses callbacks of watches, streams and futures; every public method of the engine
 * may throw it. Its message never holds a secret.
 */
public class ReleaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Problem problem;

    public ReleaseException(Problem problem) {
        this(problem, null);
    }

    public ReleaseException(Problem problem, Throwable cause) {
        super(problem.sentence(), cause);
        this.problem = problem;
    }

    /** A request that is wrong in itself; nothing has been changed. */
    public static ReleaseException refused(
            String attempted, String object, String reason, String remedy, String... validValues) {
        return new ReleaseException(
                new Problem(Problem.Kind.REFUSED_INPUT, attempted, object, reason, remedy, List.of(validValues)));
    }

    public Problem problem() {
        return problem;
    }
}
