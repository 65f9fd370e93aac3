package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;

/** Says what kept a wait from going on. Pure. */
final class WaitTrouble {
    private WaitTrouble() {}

    static Problem of(Throwable e) {
        return e instanceof ReleaseException known
                ? known.problem()
                : new Problem(
                        Problem.Kind.FAILED,
                        "wait for a healthy release",
                        "",
                        "an unexpected error: " + e,
                        "Report it with the log");
    }
}
