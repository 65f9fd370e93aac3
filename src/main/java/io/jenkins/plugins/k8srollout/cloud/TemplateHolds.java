package io.jenkins.plugins.k8srollout.cloud;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Queue;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.k8srollout.run.EngineServices;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Templates whose last pod could not start. They make no pods for a while, which doubles with each time up to five minutes,
 * and the builds that wait for them say why. An agent that starts, or a change of the configuration, ends it.
 */
@Extension
public class TemplateHolds {
    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final Map<String, Hold> holds = new HashMap<>();

    private record Hold(Instant until, Duration length, String reason) {}

    public static TemplateHolds get() {
        return ExtensionList.lookupSingleton(TemplateHolds.class);
    }

    /** One of many pods that fail together prolongs nothing. */
    synchronized void hold(String cloud, String template, String reason) {
        Instant now = EngineServices.get().scheduler().now();
        Hold old = holds.get(key(cloud, template));
        if (old != null && now.isBefore(old.until())) {
            return;
        }
        Duration doubled = old == null ? FIRST : old.length().multipliedBy(2);
        Duration length = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
        holds.put(key(cloud, template), new Hold(now.plus(length), length, reason));
        EngineServices.get().scheduler().after(length.plusMillis(1), TemplateHolds::lookAgain);
        lookAgain();
    }

    private static void lookAgain() {
        EngineServices.get().submit(() -> {
            try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
                Queue.getInstance().scheduleMaintenance();
            }
        });
    }

    synchronized void succeeded(String cloud, String template) {
        holds.remove(key(cloud, template));
    }

    synchronized void clear() {
        holds.clear();
        lookAgain();
    }

    boolean isHeld(AgentPodCloud cloud, AgentPodTemplate template) {
        return reason(cloud, template).isPresent();
    }

    synchronized Optional<String> reason(AgentPodCloud cloud, AgentPodTemplate template) {
        Instant now = EngineServices.get().scheduler().now();
        return Optional.ofNullable(holds.get(key(cloud.name, template.getName())))
                .filter(h -> now.isBefore(h.until()))
                .map(Hold::reason);
    }

    List<String> sentences(AgentPodCloud cloud) {
        return cloud.templatesFor(t -> true)
                .flatMap(t -> reason(cloud, t).map(r -> t.getName() + ": " + r).stream())
                .toList();
    }

    private static String key(String cloud, String template) {
        return cloud + "\n" + template;
    }
}
