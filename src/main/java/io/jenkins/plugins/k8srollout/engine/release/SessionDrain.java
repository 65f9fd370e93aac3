package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets a Deployment's pods go on serving for a while after they were told to end, so that users who have a session there
 * can finish. The kubelet ends a container only after its {@code preStop} has returned; meanwhile the pod is terminating:
 * it gets no new sessions, and keeps those whose cookie names it wherever the ingress controller knows the difference
 * ({@link DrainStage}). Pure.
 */
final class SessionDrain {
    /** How long a template drains, and the grace of its manifest: {@code 600/45}, or {@code 600/} if that says none. */
    static final String ANNOTATION = "k8s-rollout.jenkins.io/drain";

    private static final Object[] CONTAINERS = {"spec", "template", "spec", "containers"};
    private static final Object[] GRACE = {"spec", "template", "spec", "terminationGracePeriodSeconds"};
    private static final Object[] MARK = {"spec", "template", "metadata", "annotations", ANNOTATION};
    private static final Object[] PRE_STOP = {"lifecycle", "preStop"};
    private static final List<String> PROBES = List.of("livenessProbe", "startupProbe");
    private static final Pattern WORDS = Pattern.compile("(\\d{1,9})/(\\d{0,9})");
    private static final LongFunction<Map<String, Object>> NATIVE =
            seconds -> Map.of("sleep", Map.of("seconds", seconds));
    private static final LongFunction<Map<String, Object>> PROGRAM =
            seconds -> Map.of("exec", Map.of("command", List.of("sleep", String.valueOf(seconds))));
    private static final long USUAL_GRACE = 30;
    // https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks: the action sleep is on from 1.30
    private static final int SLEEP_SINCE = 30;
    // https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes, section
    // Probe-level terminationGracePeriodSeconds
    private static final int PROBE_GRACE_SINCE = 25;

    private SessionDrain() {}

    /**
     * The same with a drain; the object itself if it is no Deployment or there is to be none. What a manifest says itself
     * about the end of a container is left alone; an earlier drain of ours is replaced. A container that is restarted
     * because a probe has failed does not drain: it does not serve.
     *
     * @param serverVersion major and minor, as in {@code 1.34}
     */
    static KubeObject keep(KubeObject object, Duration drain, String serverVersion) {
        if (drain.isZero() || !applies(object)) {
            return object;
        }
        KubeObject plain = undrained(object);
        long seconds = drain.toSeconds();
        Optional<Long> stated = plain.number(GRACE);
        long grace = stated.orElse(USUAL_GRACE);
        List<Object> containers = new ArrayList<>();
        for (KubeObject container : plain.children(CONTAINERS)) {
            KubeObject drained =
                    container.has(PRE_STOP) ? container : container.with(wait(seconds, serverVersion), PRE_STOP);
            containers.add(promptly(drained, grace, serverVersion).fields());
        }
        return plain.with(containers, CONTAINERS)
                .with(seconds + grace, GRACE)
                .with(seconds + "/" + stated.map(String::valueOf).orElse(""), MARK);
    }

    private static KubeObject promptly(KubeObject container, long grace, String serverVersion) {
        KubeObject result = container;
        for (String probe : PROBES) {
            if (isSince(PROBE_GRACE_SINCE, serverVersion)
                    && result.has(probe)
                    && !result.has(probe, "terminationGracePeriodSeconds")) {
                result = result.with(grace, probe, "terminationGracePeriodSeconds");
            }
        }
        return result;
    }

    /** The same as its manifest has it, if {@link #keep} has made it, as in a release that one returns to. */
    private static KubeObject undrained(KubeObject object) {
        Matcher mark = WORDS.matcher(object.text(MARK).orElse(""));
        if (!mark.matches()) {
            return object;
        }
        long seconds = Long.parseLong(mark.group(1));
        Optional<Long> stated =
                Optional.of(mark.group(2)).filter(g -> !g.isEmpty()).map(Long::valueOf);
        List<Object> containers = new ArrayList<>();
        for (KubeObject container : object.children(CONTAINERS)) {
            KubeObject plain = container;
            if (List.of(NATIVE.apply(seconds), PROGRAM.apply(seconds))
                    .contains(container.child(PRE_STOP).fields())) {
                plain = container.without(PRE_STOP);
                plain = plain.child("lifecycle").isEmpty() ? plain.without("lifecycle") : plain;
            }
            for (String probe : PROBES) {
                boolean ours = plain.number(probe, "terminationGracePeriodSeconds")
                        .equals(Optional.of(stated.orElse(USUAL_GRACE)));
                plain = ours ? plain.without(probe, "terminationGracePeriodSeconds") : plain;
            }
            containers.add(plain.fields());
        }
        KubeObject plain = object.with(containers, CONTAINERS).without(MARK);
        return stated.isPresent() ? plain.with(stated.get(), GRACE) : plain.without(GRACE);
    }

    private static Map<String, Object> wait(long seconds, String serverVersion) {
        return (isNative(serverVersion) ? NATIVE : PROGRAM).apply(seconds);
    }

    /** Whether the kubelet itself can wait; otherwise the image needs a program {@code sleep}. */
    static boolean isNative(String serverVersion) {
        return isSince(SLEEP_SINCE, serverVersion);
    }

    private static boolean isSince(int minor, String serverVersion) {
        String[] parts = serverVersion.split("\\.");
        return parts.length > 1 && parts[1].matches("\\d+") && Integer.parseInt(parts[1]) >= minor;
    }

    static boolean applies(KubeObject object) {
        return object.kind().equals("Deployment")
                && object.has("spec", "template", "spec", "containers")
                && object.text("spec", "strategy", "type")
                        .filter("Recreate"::equals)
                        .isEmpty();
    }

    /** What a drain does not do for this workload; empty if it is drained as asked. */
    static Optional<String> loss(KubeObject object, String serverVersion) {
        boolean held = List.of("StatefulSet", "DaemonSet").contains(object.kind());
        boolean recreated = object.kind().equals("Deployment") && !applies(object);
        if (held || recreated) {
            return Optional.of(object.ref() + " is not drained: its new pods wait for the end of the old ones");
        }
        if (!applies(object)) {
            return Optional.empty();
        }
        KubeObject plain = undrained(object);
        List<String> own = plain.children(CONTAINERS).stream()
                .filter(c -> c.has(PRE_STOP))
                .map(c -> c.text("name").orElse(""))
                .toList();
        if (!own.isEmpty()) {
            return Optional.of(object.ref() + ": container " + String.join(", ", own)
                    + " has a preStop of its own, which decides how long it goes on");
        }
        if (isNative(serverVersion)) {
            return Optional.empty();
        }
        boolean delays = !isSince(PROBE_GRACE_SINCE, serverVersion)
                && plain.children(CONTAINERS).stream()
                        .anyMatch(c -> PROBES.stream().anyMatch(c::has));
        return Optional.of(object.ref() + ": before Kubernetes 1.30 the images need the program sleep to be drained"
                + (delays ? "; and before 1.25 a container that fails its liveness probe drains, too" : ""));
    }
}
