package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The runtime cannot start a container's process. The same state is seen in turn as waiting (CreateContainerError,
 * RunContainerError), terminated (StartError; ContainerCannotRun with dockershim) and CrashLoopBackOff.
 */
final class StartCheck implements PodCheck {
    private static final Set<String> WAITING =
            Set.of("CreateContainerError", "RunContainerError", "PostStartHookError", "PreStartHookError");
    private static final Set<String> ENDED = Set.of("StartError", "ContainerCannotRun");
    private static final List<String> CERTAIN = List.of(
            "executable file not found",
            "no such file or directory",
            "permission denied",
            "is a directory",
            "no command specified",
            "exec format error",
            "not a directory",
            "unable to find user",
            "unable to find group",
            "no users found",
            "no matching entries in passwd");

    @Override
    public Optional<Diagnosis> check(PodView view) {
        return view.containers().stream()
                .flatMap(container -> one(view, container).stream())
                .findFirst();
    }

    private static Optional<Diagnosis> one(PodView view, ContainerView container) {
        if (WAITING.contains(container.waitingFor())) {
            return Optional.of(judge(view, container, container.waitingFor(), container.waitingMessage()));
        }
        return container
                .end()
                .filter(end -> ENDED.contains(reason(end)))
                .map(end ->
                        judge(view, container, reason(end), end.text("message").orElse("")));
    }

    private static Diagnosis judge(PodView view, ContainerView container, String reason, String message) {
        if (reason.equals("PostStartHookError")) {
            return hook(view, container, message);
        }
        boolean certain = ServerWords.hasAny(message.toLowerCase(Locale.ROOT), CERTAIN);
        Health.Cause cause = view.cause(
                container,
                certain ? Health.Weight.FATAL : Health.Weight.THRESHOLD,
                "ContainerCannotStart",
                container.words() + " cannot start: " + (message.isEmpty() ? reason : message),
                certain
                        ? "Correct command and args, or ENTRYPOINT and file modes in the image"
                        : "See the pod's events and the node's container runtime");
        if (certain) {
            return Diagnosis.now(cause);
        }
        return container.restarts() >= view.policy().restarts()
                ? Diagnosis.now(cause)
                : Diagnosis.from(view.created().plus(view.policy().runtime()), view.now(), cause);
    }

    private static Diagnosis hook(PodView view, ContainerView container, String message) {
        Health.Cause cause = view.cause(
                container,
                Health.Weight.THRESHOLD,
                "PostStartHookError",
                "the postStart hook of " + container.words() + " fails: " + message,
                "Correct lifecycle.postStart");
        return container.restarts() >= view.policy().restarts() ? Diagnosis.now(cause) : Diagnosis.open(cause);
    }

    private static String reason(KubeObject end) {
        return end.text("reason").orElse("");
    }
}
