package io.jenkins.plugins.k8srollout.engine.agent;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.LogExcerpt;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Why an agent is no more.
 *
 * @param problem fit to be shown as it is
 * @param passing whether another attempt with the same template has a chance
 * @param wasConnected whether the agent had been connected, so that a build may have been lost
 */
public record AgentEnd(Problem problem, boolean passing, boolean wasConnected) {
    private static final String START = "start the agent pod";
    private static final String KEEP = "keep the agent";
    private static final String LAST_LINES = "; last lines of container ";
    // What nodes and the cluster do to pods for reasons of their own.
    private static final Set<String> PASSING_CODES = Set.of(
            "Evicted",
            "NodeLost",
            "NodeShutdown",
            "Terminated",
            "Shutdown",
            "Preempting",
            "OutOfcpu",
            "OutOfmemory",
            "OutOfpods",
            "UnexpectedAdmissionError");
    // Pods that end make room; the account is made a moment after its namespace.
    private static final List<String> PASSING_REFUSALS =
            List.of("exceeded quota", "serviceaccount \"default\" not found");

    public AgentEnd {
        Objects.requireNonNull(problem, "problem");
    }

    /** The cluster would not take the pod. */
    static AgentEnd refused(Problem problem) {
        boolean passing =
                switch (problem.kind()) {
                    case UNREACHABLE, CONFLICT, TIMED_OUT -> true;
                    default -> PASSING_REFUSALS.stream().anyMatch(problem.reason()::contains);
                };
        // The cluster's own words are about releases, which can make what is missing.
        Problem told = problem.kind() == Problem.Kind.NOT_FOUND
                ? new Problem(
                        problem.kind(),
                        problem.attempted(),
                        problem.object(),
                        problem.reason(),
                        "Create it in the cluster, or correct the configuration of the cloud")
                : problem;
        return new AgentEnd(told, passing, false);
    }

    /** The pod cannot start. */
    static AgentEnd cause(Health.Cause cause, Optional<LogExcerpt> log) {
        String where = cause.container().isEmpty() ? "" : " (container " + cause.container() + ")";
        String reason = cause.code() + where + ": " + cause.detail();
        return new AgentEnd(
                problem(START, cause.object(), reason + quoted(log), cause.remedy()),
                PASSING_CODES.contains(cause.code()),
                false);
    }

    /** The pod has ended by itself. */
    static AgentEnd exit(ObjectRef pod, String why, boolean wasConnected, Optional<LogExcerpt> log) {
        boolean passing = PASSING_CODES.stream().anyMatch(code -> why.startsWith(code));
        String remedy = passing ? "" : "See the agent's log, and whether the template gives it enough memory";
        return new AgentEnd(
                problem(wasConnected ? KEEP : START, pod, why + quoted(log), remedy), passing, wasConnected);
    }

    /** The agent's process runs and is not, or not any more, connected. */
    static AgentEnd silent(ObjectRef pod, String patience, boolean wasConnected, Optional<LogExcerpt> log) {
        String reason = "its container runs, but the agent has not connected " + (wasConnected ? "again " : "")
                + "within " + patience + quoted(log);
        String remedy =
                "Check that the pod can reach the Jenkins URL of the cloud's configuration, and with TCP also the"
                        + " agent port";
        return new AgentEnd(problem(wasConnected ? KEEP : START, pod, reason, remedy), wasConnected, wasConnected);
    }

    /** Nothing says why, but it takes too long. */
    static AgentEnd late(ObjectRef pod, String state, String patience) {
        String reason = "after " + patience + " it is still in state " + state;
        return new AgentEnd(problem(START, pod, reason, "See the pod's events: kubectl describe pod"), false, false);
    }

    /** Somebody else has removed the pod. */
    static AgentEnd deleted(ObjectRef pod, String by, boolean wasConnected) {
        String reason = by.isEmpty() ? "the pod was deleted by somebody else" : "the pod was deleted: " + by;
        return new AgentEnd(
                problem(wasConnected ? KEEP : START, pod, reason, "See who deletes pods in this namespace"),
                true,
                wasConnected);
    }

    private static Problem problem(String attempted, ObjectRef pod, String reason, String remedy) {
        return new Problem(Problem.Kind.UNHEALTHY, attempted, pod.toString(), reason, remedy);
    }

    /** The problem in one line, without the log of a container: for pages that are open to more people than the build's. */
    public Problem brief() {
        String line = problem.reason().lines().findFirst().orElse("");
        int log = line.indexOf(LAST_LINES);
        return new Problem(
                problem.kind(),
                problem.attempted(),
                problem.object(),
                log < 0 ? line : line.substring(0, log),
                problem.remedy(),
                problem.validValues());
    }

    private static String quoted(Optional<LogExcerpt> log) {
        return log.map(l -> LAST_LINES + l.container() + ":\n  | " + String.join("\n  | ", l.lines()) + "\n")
                .orElse("");
    }
}
