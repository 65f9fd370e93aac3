package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.model.Problem;

/** What the process tells its caller; part of the command line's contract. */
final class ExitCode {
    static final int OK = 0;
    static final int UNHEALTHY = 1;
    static final int USAGE = 2;
    static final int NO_ACCESS = 3;
    static final int CHECK_ERRORS = 4;
    static final int PAUSED = 5;
    /** As shells report a process that ended by SIGINT. */
    static final int INTERRUPTED = 130;

    private ExitCode() {}

    static int of(Problem.Kind kind) {
        return switch (kind) {
            case REFUSED_INPUT, NOT_FOUND -> USAGE;
            case UNREACHABLE, NOT_PERMITTED -> NO_ACCESS;
            case CONFLICT, REJECTED, UNHEALTHY, TIMED_OUT, FAILED -> UNHEALTHY;
            case INTERRUPTED -> INTERRUPTED;
        };
    }
}
