package io.jenkins.plugins.k8srollout.engine.agentpod;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A volume of the pod, mounted at the same path in all its containers.
 *
 * @param kind where its content comes from
 * @param source the claim's, ConfigMap's or Secret's name; the size limit of an empty folder, empty text for none
 * @param path where it is mounted, absolute
 * @param readOnly whether builds may only read it
 */
public record AgentVolume(Kind kind, String source, String path, boolean readOnly) {

    /** Where the content of a volume comes from. Folders of the node are left to the YAML: they open the node. */
    public enum Kind {
        /** Empty, gone with the pod. */
        EMPTY,
        /** Empty, in the node's memory, counted against the limit of the container that writes. */
        MEMORY,
        CLAIM,
        CONFIG_MAP,
        SECRET
    }

    public AgentVolume {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(path, "path");
    }

    KubeObject entry(String name) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", name);
        switch (kind) {
            case EMPTY, MEMORY -> entry.put("emptyDir", emptyDir());
            case CLAIM -> entry.put("persistentVolumeClaim", Map.of("claimName", source));
            case CONFIG_MAP -> entry.put("configMap", Map.of("name", source));
            case SECRET -> entry.put("secret", Map.of("secretName", source));
        }
        return KubeObject.of(entry);
    }

    private Map<String, Object> emptyDir() {
        Map<String, Object> dir = new LinkedHashMap<>();
        if (kind == Kind.MEMORY) {
            dir.put("medium", "Memory");
        }
        if (!source.isEmpty()) {
            dir.put("sizeLimit", source);
        }
        return dir;
    }

    KubeObject mount(String name) {
        return mount(name, path, readOnly);
    }

    static KubeObject mount(String name, String path, boolean readOnly) {
        Map<String, Object> mount = new LinkedHashMap<>();
        mount.put("name", name);
        mount.put("mountPath", path);
        if (readOnly) {
            mount.put("readOnly", true);
        }
        return KubeObject.of(mount);
    }
}
