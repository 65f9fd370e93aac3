package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The node cannot get a container's image. Between two attempts the kubelet only says "Back-off pulling image", before
 * 1.32 without the reason; the reason is then in the event of the last attempt.
 */
final class ImageCheck implements PodCheck {
    private static final Set<String> PULLING = Set.of("ErrImagePull", "ImagePullBackOff", "RegistryUnavailable");
    private static final String ATTEMPT = "Failed to pull image";
    private static final String ROOT = "ErrImagePull: ";
    // Without any reason to be found, after as long as three attempts take.
    private static final Duration SILENCE = Duration.ofMinutes(1);

    @Override
    public Optional<Diagnosis> check(PodView view) {
        return view.containers().stream()
                .flatMap(container -> one(view, container).stream())
                .findFirst();
    }

    private static Optional<Diagnosis> one(PodView view, ContainerView container) {
        String reason = container.waitingFor();
        String image = container.image();
        if (PULLING.contains(reason)) {
            return Optional.of(pull(view, container));
        }
        return switch (reason) {
            case "InvalidImageName" ->
                Optional.of(Diagnosis.now(view.cause(
                        container,
                        Health.Weight.FATAL,
                        "InvalidImageName",
                        "\"" + image + "\" is no image name: " + container.waitingMessage(),
                        "Write it as registry/repository:tag, the repository in lower case")));
            case "ErrImageNeverPull" ->
                Optional.of(Diagnosis.now(view.cause(
                        container,
                        Health.Weight.FATAL,
                        "ErrImageNeverPull",
                        container.waitingMessage(),
                        "Set imagePullPolicy to IfNotPresent, or load the image on every node")));
            case "ImageInspectError" ->
                Optional.of(Diagnosis.from(
                        view.created().plus(view.policy().runtime()),
                        view.now(),
                        view.cause(
                                container,
                                Health.Weight.THRESHOLD,
                                "ImageInspectError",
                                "the node's copy of \"" + image + "\" cannot be read: " + container.waitingMessage(),
                                "Remove the image from the node, so that it is pulled again")));
            case "SignatureValidationFailed" ->
                Optional.of(Diagnosis.now(view.cause(
                        container,
                        Health.Weight.FATAL,
                        "SignatureValidationFailed",
                        container.waitingMessage(),
                        "Sign the image with a key that the cluster's policy accepts")));
            default -> Optional.empty();
        };
    }

    private static Diagnosis pull(PodView view, ContainerView container) {
        Optional<EventView> attempt = view.newest(container, "Failed", ATTEMPT);
        String root = root(container, attempt);
        PullFault fault = PullFault.of(root);
        String detail = "cannot pull \"" + container.image() + "\""
                + (root.isEmpty() ? "; the registry's answer is not known yet" : ": " + root);
        Health.Weight weight = fault.isCertain() ? Health.Weight.FATAL : Health.Weight.THRESHOLD;
        Health.Cause cause = view.cause(container, weight, fault.code(), detail, fault.remedy(container.image()));
        if (fault.isCertain()) {
            return Diagnosis.now(cause);
        }
        if (attempt.isPresent()) {
            return attempt.get().count() >= view.policy().pulls() ? Diagnosis.now(cause) : Diagnosis.open(cause);
        }
        return Diagnosis.from(view.created().plus(SILENCE), view.now(), cause);
    }

    private static String root(ContainerView container, Optional<EventView> attempt) {
        String message = container.waitingMessage();
        int at = message.indexOf(ROOT);
        if (at >= 0) {
            return message.substring(at + ROOT.length());
        }
        if (container.waitingFor().equals("ErrImagePull") && !message.isEmpty()) {
            return message;
        }
        return attempt.map(e -> e.message().replaceFirst("^" + ATTEMPT + " \"[^\"]*\":? ?", ""))
                .orElse("");
    }
}
