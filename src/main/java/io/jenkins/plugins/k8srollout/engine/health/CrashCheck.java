package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Optional;

/**
 * A container's process ends when it should not. Decisive when it is down again after {@link HealthPolicy#restarts}
 * restarts; for a Job never, its own back-off limit decides.
 */
final class CrashCheck implements PodCheck {
    private static final int SIGNAL = 128;
    private static final int SIGKILL = 137;
    private static final int SIGSEGV = 139;
    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;

    @Override
    public Optional<Diagnosis> check(PodView view) {
        return view.containers().stream()
                .filter(c -> crashed(view, c))
                .findFirst()
                .map(c -> judge(view, c));
    }

    private static boolean crashed(PodView view, ContainerView container) {
        Optional<KubeObject> end = container.end();
        if (end.isEmpty()) {
            return false;
        }
        boolean failed = exitCode(end.get()) != 0 || reason(end.get()).equals("OOMKilled");
        boolean mustKeepRunning = !container.init() && view.restartsAlways();
        return failed || mustKeepRunning;
    }

    private static Diagnosis judge(PodView view, ContainerView container) {
        KubeObject end = container.end().orElseThrow();
        boolean outOfMemory = reason(end).equals("OOMKilled");
        Health.Cause cause = view.cause(
                container,
                Health.Weight.THRESHOLD,
                outOfMemory ? "OOMKilled" : container.init() ? "InitContainerFailed" : "CrashLoopBackOff",
                detail(container, end, outOfMemory),
                outOfMemory ? memoryRemedy(container) : remedy(exitCode(end)));
        return decisive(view, container) ? Diagnosis.now(cause) : Diagnosis.open(cause);
    }

    private static boolean decisive(PodView view, ContainerView container) {
        if (view.belongsToJob()) {
            return false;
        }
        boolean over = PodEnd.isFailed(view.pod());
        return over || container.restarts() >= view.policy().restarts();
    }

    private static String detail(ContainerView container, KubeObject end, boolean outOfMemory) {
        String how = outOfMemory
                ? "was killed for using more memory than its limit"
                : "ended with exit code " + exitCode(end);
        String often = container.restarts() == 0
                ? ""
                : ", restarted " + container.restarts() + (container.restarts() == 1 ? " time" : " times");
        String said =
                end.text("message").filter(m -> !m.isBlank()).map(m -> ": " + m).orElse("");
        return container.words() + " " + how + often + said;
    }

    private static String memoryRemedy(ContainerView container) {
        return "Raise resources.limits.memory"
                + container
                        .spec()
                        .text("resources", "limits", "memory")
                        .map(m -> ", now " + m)
                        .orElse("")
                + ", or make the application use less";
    }

    private static String remedy(long exitCode) {
        if (exitCode == 0) {
            return "The process ends by itself; let it run in the foreground, or use a Job";
        }
        if (exitCode == NOT_EXECUTABLE || exitCode == NOT_FOUND) {
            return "A command was not found or is not executable; correct command, args or the start script";
        }
        if (exitCode == SIGKILL) {
            return "It was killed from outside: often too little memory, or a shutdown that took too long";
        }
        if (exitCode == SIGSEGV) {
            return "The process crashed on a memory access; see whether image and node have the same architecture";
        }
        return exitCode > SIGNAL
                ? "It was ended by signal " + (exitCode - SIGNAL) + "; see its log"
                : "See its last log lines";
    }

    private static long exitCode(KubeObject end) {
        return end.numberOr(0, "exitCode");
    }

    private static String reason(KubeObject end) {
        return end.text("reason").orElse("");
    }
}
