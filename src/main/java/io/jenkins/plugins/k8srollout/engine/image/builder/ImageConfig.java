package io.jenkins.plugins.k8srollout.engine.image.builder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.k8srollout.engine.image.registry.Platform;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An image's configuration under construction. What a base image says and this class does not know is kept.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/config.md">OCI image configuration</a>
 */
final class ImageConfig {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final List<String> DEFAULT_SHELL = List.of("/bin/sh", "-c");

    private final ObjectNode root;

    private ImageConfig(ObjectNode root) {
        this.root = root;
    }

    /** Of an image without files, as {@code FROM scratch} begins. */
    static ImageConfig empty(Platform platform) {
        ObjectNode root = JSON.createObjectNode();
        root.put("architecture", platform.architecture());
        root.put("os", platform.os());
        if (!platform.variant().isEmpty()) {
            root.put("variant", platform.variant());
        }
        ImageConfig config = new ImageConfig(root);
        config.completeEnv();
        config.settings().put("WorkingDir", "/");
        return config;
    }

    /**
     * @throws IOException if it is no image configuration
     */
    static ImageConfig parse(byte[] json) throws IOException {
        JsonNode root = JSON.readTree(json);
        if (!(root instanceof ObjectNode object)
                || !root.path("rootfs").path("diff_ids").isArray()) {
            throw new IOException("it has no list of layers");
        }
        object.remove("created");
        if (object.path("architecture").asText().equals("arm64")
                && object.path("variant").asText().equals("v8")) {
            // The only one there is; it is not written.
            object.remove("variant");
        }
        return new ImageConfig(object);
    }

    ImageConfig copy() {
        return new ImageConfig(root.deepCopy());
    }

    List<ImageDigest> diffIds() {
        List<ImageDigest> ids = new ArrayList<>();
        root.path("rootfs").path("diff_ids").forEach(id -> ids.add(ImageDigest.parse(id.asText())));
        return ids;
    }

    Map<String, String> env() {
        Map<String, String> env = new LinkedHashMap<>();
        for (JsonNode entry : settings().path("Env")) {
            String[] parts = entry.asText().split("=", 2);
            env.put(parts[0], parts.length < 2 ? "" : parts[1]);
        }
        return env;
    }

    /** What every process finds, unless the image says otherwise. */
    void completeEnv() {
        if (!env().containsKey("PATH")) {
            setEnv("PATH", DEFAULT_PATH);
        }
    }

    void setEnv(String name, String value) {
        Map<String, String> env = env();
        env.put(name, value);
        ArrayNode entries = settings().putArray("Env");
        env.forEach((n, v) -> entries.add(n + "=" + v));
    }

    void setLabel(String name, String value) {
        Map<String, String> labels = new TreeMap<>();
        settings()
                .path("Labels")
                .fields()
                .forEachRemaining(e -> labels.put(e.getKey(), e.getValue().asText()));
        labels.put(name, value);
        ObjectNode node = settings().putObject("Labels");
        labels.forEach(node::put);
    }

    String workingDir() {
        String folder = settings().path("WorkingDir").asText("");
        return folder.isEmpty() ? "/" : folder;
    }

    void setWorkingDir(String folder) {
        settings().put("WorkingDir", folder);
    }

    String user() {
        return settings().path("User").asText("");
    }

    void setUser(String user) {
        settings().put("User", user);
    }

    void setStopSignal(String signal) {
        settings().put("StopSignal", signal);
    }

    void setAuthor(String author) {
        root.put("author", author);
    }

    List<String> shell() {
        List<String> shell = strings(settings().path("Shell"));
        return shell.isEmpty() ? DEFAULT_SHELL : shell;
    }

    void setShell(List<String> words) {
        put("Shell", words);
    }

    void setEntrypoint(List<String> words) {
        put("Entrypoint", words);
    }

    void setCmd(List<String> words) {
        put("Cmd", words);
    }

    void clearCmd() {
        settings().remove("Cmd");
    }

    void setHealthcheck(ObjectNode check) {
        settings().set("Healthcheck", check);
    }

    void addPorts(Collection<String> ports) {
        addKeys("ExposedPorts", ports);
    }

    void addVolumes(Collection<String> paths) {
        addKeys("Volumes", paths);
    }

    /** What the base image wants done in images built on it. */
    List<String> onBuild() {
        return strings(settings().path("OnBuild"));
    }

    void addHistory(Instant created, String createdBy, boolean emptyLayer) {
        ObjectNode entry = root.withArray("history").addObject();
        entry.put("created", created.toString());
        entry.put("created_by", createdBy);
        if (emptyLayer) {
            entry.put("empty_layer", true);
        }
    }

    /** The finished configuration: the same bytes for the same content. */
    byte[] toJson(Instant created, List<ImageDigest> diffIds) {
        ObjectNode finished = JSON.createObjectNode();
        finished.put("created", created.toString());
        root.fields().forEachRemaining(e -> finished.set(e.getKey(), e.getValue()));
        ObjectNode files = finished.putObject("rootfs");
        files.put("type", "layers");
        ArrayNode ids = files.putArray("diff_ids");
        diffIds.forEach(id -> ids.add(id.toString()));
        try {
            return JSON.writeValueAsBytes(finished);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values can always be written", e);
        }
    }

    static ObjectNode newObject() {
        return JSON.createObjectNode();
    }

    private ObjectNode settings() {
        JsonNode settings = root.get("config");
        return settings instanceof ObjectNode object ? object : root.putObject("config");
    }

    /** Nothing at all where there are no words: the format does not tell the two apart. */
    private void put(String name, List<String> words) {
        settings().remove(name);
        if (words.isEmpty()) {
            return;
        }
        ArrayNode array = settings().putArray(name);
        words.forEach(array::add);
    }

    private void addKeys(String name, Collection<String> keys) {
        TreeMap<String, JsonNode> all = new TreeMap<>();
        settings().path(name).fieldNames().forEachRemaining(key -> all.put(key, JSON.createObjectNode()));
        keys.forEach(key -> all.put(key, JSON.createObjectNode()));
        settings().putObject(name).setAll(all);
    }

    private static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        array.forEach(element -> strings.add(element.asText()));
        return strings;
    }
}
