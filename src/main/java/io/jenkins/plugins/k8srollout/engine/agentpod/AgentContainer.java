package io.jenkins.plugins.k8srollout.engine.agentpod;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * One container of an agent's pod.
 *
 * @param name a DNS label
 * @param image as the node shall pull it
 * @param command instead of the image's entry point; empty for that
 * @param args instead of the image's arguments; empty for those
 * @param env plain values; secrets belong into a Secret that the YAML names
 * @param requests resource to quantity, as in {@code cpu: 500m}
 * @param limits likewise
 */
public record AgentContainer(
        String name,
        String image,
        List<String> command,
        List<String> args,
        Map<String, String> env,
        Map<String, String> requests,
        Map<String, String> limits) {
    public AgentContainer {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(image, "image");
        command = List.copyOf(command);
        args = List.copyOf(args);
        env = Map.copyOf(env);
        requests = Map.copyOf(requests);
        limits = Map.copyOf(limits);
    }

    public static AgentContainer of(String name, String image) {
        return new AgentContainer(name, image, List.of(), List.of(), Map.of(), Map.of(), Map.of());
    }

    /** Its entry in a pod's spec. */
    KubeObject entry() {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", name);
        entry.put("image", image);
        putUnlessEmpty(entry, "command", command);
        putUnlessEmpty(entry, "args", args);
        putUnlessEmpty(
                entry,
                "env",
                env.keySet().stream()
                        .sorted()
                        .map(key -> variable(key, env.get(key)))
                        .toList());
        Map<String, Object> resources = new LinkedHashMap<>();
        putUnlessEmpty(resources, "requests", requests);
        putUnlessEmpty(resources, "limits", limits);
        putUnlessEmpty(entry, "resources", resources);
        return KubeObject.of(entry);
    }

    static Map<String, Object> variable(String name, String value) {
        Map<String, Object> variable = new LinkedHashMap<>();
        variable.put("name", name);
        variable.put("value", value);
        return variable;
    }

    private static void putUnlessEmpty(Map<String, Object> map, String key, List<?> value) {
        if (!value.isEmpty()) {
            map.put(key, value);
        }
    }

    private static void putUnlessEmpty(Map<String, Object> map, String key, Map<String, ?> value) {
        if (!value.isEmpty()) {
            map.put(key, new TreeMap<>(value));
        }
    }
}
