package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A container's environment or security settings cannot be made: CreateContainerConfigError. */
final class ConfigurationCheck implements PodCheck {
    private static final List<String> PASSING =
            List.of("failed to sync", "timed out", "not registered", "at least once", "connection refused");
    private static final List<String> MISSING = List.of("not found", "couldn't find key");
    private static final List<String> ROOT_USER = List.of("non-root", "runasnonroot");

    @Override
    public Optional<Diagnosis> check(PodView view) {
        return view.containers().stream()
                .filter(c -> c.waitingFor().equals("CreateContainerConfigError"))
                .findFirst()
                .map(c -> judge(view, c));
    }

    private static Diagnosis judge(PodView view, ContainerView container) {
        String message = container.waitingMessage();
        // The names in quotes do not disturb here, and a key's path is what must be shown.
        String lower = message.toLowerCase(Locale.ROOT);
        if (!ServerWords.hasAny(lower, PASSING) && ServerWords.hasAny(lower, MISSING)) {
            return Diagnosis.now(view.cause(
                    container,
                    Health.Weight.FATAL,
                    "ConfigurationMissing",
                    container.words() + " cannot be configured: " + message,
                    "Create it in the pod's namespace, correct the reference, or mark it optional"));
        }
        if (ServerWords.hasAny(lower, ROOT_USER)) {
            return Diagnosis.now(view.cause(
                    container,
                    Health.Weight.FATAL,
                    "RunsAsRoot",
                    container.words() + " must not run as root: " + message,
                    "Set securityContext.runAsUser to a number other than 0, or USER in the Dockerfile"));
        }
        return Diagnosis.from(
                view.created().plus(view.policy().runtime()),
                view.now(),
                view.cause(
                        container,
                        Health.Weight.THRESHOLD,
                        "CreateContainerConfigError",
                        container.words() + " cannot be configured: " + message,
                        "See the pod's events: kubectl describe pod"));
    }
}
