package io.jenkins.plugins.k8srollout.engine.image.builder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.engine.image.registry.Descriptor;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryClient;
import io.jenkins.plugins.k8srollout.engine.image.registry.RemoteImage;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * An image as lines of text: configuration, history, and every path with type, mode, owner, size, digest, link target,
 * extended attributes and the paths that are the same file. It reads layers without this project's own code, so that a
 * common fault of writer and reader shows.
 */
final class ImageText {
    private static final String ATTRIBUTE = "SCHILY.xattr.";
    private static final Set<String> FILE_INSTRUCTIONS = Set.of("COPY", "ADD", "WORKDIR");
    private static final int SHOWN_DIGITS = 16;

    private final TreeMap<String, Node> files = new TreeMap<>();

    private record Node(String text, int[] identity) {}

    private ImageText() {}

    static List<String> of(RegistryClient client, RemoteImage image) throws IOException {
        List<String> lines = new ArrayList<>(configuration(new ObjectMapper().readTree(image.configJson())));
        ImageText text = new ImageText();
        for (Descriptor layer : image.layers()) {
            try (InputStream blob = client.blob(image.name().repository(), layer.digest())) {
                text.add(blob);
            }
        }
        lines.addAll(text.tree());
        return lines;
    }

    private static List<String> configuration(JsonNode root) {
        List<String> lines = new ArrayList<>();
        for (String name : new String[] {"architecture", "os", "variant", "author"}) {
            if (root.hasNonNull(name)) {
                lines.add(name + " " + root.get(name).asText());
            }
        }
        TreeMap<String, JsonNode> config = new TreeMap<>();
        root.path("config").fields().forEachRemaining(e -> config.put(e.getKey(), e.getValue()));
        config.remove("ArgsEscaped"); // of Windows
        config.forEach((name, value) -> {
            boolean nothing = value.isNull()
                    || value.isTextual() && value.asText().isEmpty()
                    || value.isContainerNode() && value.isEmpty();
            if (!nothing) {
                lines.add(name + " " + sorted(value));
            }
        });
        for (JsonNode entry : root.path("history")) {
            String keyword = entry.path("created_by").asText().split("\\s")[0].toUpperCase(Locale.ROOT);
            // Where WORKDIR and COPY find nothing to do, BuildKit adds an empty layer; this builder does without.
            boolean empty = entry.path("empty_layer").asBoolean() && !FILE_INSTRUCTIONS.contains(keyword);
            lines.add("history " + keyword + (empty ? " (no layer)" : ""));
        }
        return lines;
    }

    private static String sorted(JsonNode value) {
        if (!value.isObject()) {
            return value.toString();
        }
        TreeMap<String, String> fields = new TreeMap<>();
        value.fields().forEachRemaining(e -> fields.put(e.getKey(), e.getValue().toString()));
        return fields.toString();
    }

    private void add(InputStream blob) throws IOException {
        BufferedInputStream in = new BufferedInputStream(blob);
        in.mark(2);
        boolean packed = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        List<TarArchiveEntry> entries = new ArrayList<>();
        Map<String, Node> added = new TreeMap<>();
        List<String> removed = new ArrayList<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(packed ? new GZIPInputStream(in) : in, "UTF-8")) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                entries.add(entry);
                String path = entry.getName().replaceAll("^[./]*/|/+$", "").replaceAll("^\\.$", "");
                String name = path.substring(path.lastIndexOf('/') + 1);
                String folder = path.substring(0, path.length() - name.length());
                if (name.equals(".wh..wh..opq")) {
                    removed.add(folder);
                } else if (name.startsWith(".wh.")) {
                    removed.add(folder + name.substring(4));
                    removed.add(folder + name.substring(4) + "/");
                } else if (!path.isEmpty()) {
                    added.put(path, node(entry, tar, added));
                }
            }
        }
        for (String path : removed) {
            files.keySet().removeIf(p -> p.equals(path) || path.endsWith("/") && p.startsWith(path));
        }
        added.forEach((path, node) -> {
            if (!node.text().startsWith("folder")) {
                files.keySet().removeIf(p -> p.startsWith(path + "/"));
            }
            files.put(path, node);
        });
    }

    private Node node(TarArchiveEntry entry, InputStream content, Map<String, Node> added) throws IOException {
        if (entry.isLink()) {
            String target = entry.getLinkName().replaceAll("^[./]*/", "");
            Node same = added.getOrDefault(target, files.get(target));
            return same == null ? new Node("hard link to nothing: " + target, new int[0]) : same;
        }
        String owner =
                String.format("%04o %d:%d", entry.getMode() & 07777, entry.getLongUserId(), entry.getLongGroupId());
        StringBuilder text = new StringBuilder();
        if (entry.isDirectory()) {
            text.append("folder ").append(owner);
        } else if (entry.isSymbolicLink()) {
            text.append("link ")
                    .append(entry.getLongUserId())
                    .append(':')
                    .append(entry.getLongGroupId())
                    .append(" -> ")
                    .append(entry.getLinkName());
        } else if (!entry.isCharacterDevice() && !entry.isBlockDevice() && !entry.isFIFO()) {
            byte[] bytes = content.readAllBytes();
            text.append("file ").append(owner).append(' ').append(bytes.length).append(' ');
            text.append(ImageDigest.of(bytes).hex(), 0, SHOWN_DIGITS);
        } else {
            text.append("special ")
                    .append((char) entry.getLinkFlag())
                    .append(' ')
                    .append(owner);
        }
        new TreeMap<>(entry.getExtraPaxHeaders()).forEach((key, value) -> {
            // BuildKit writes no others, and keeps those of base layers.
            if (key.startsWith(ATTRIBUTE + "security.")) {
                text.append(' ').append(key.substring(ATTRIBUTE.length())).append('=');
                text.append(HexFormat.of().formatHex(value.getBytes(StandardCharsets.UTF_8)));
            }
        });
        return new Node(text.toString(), new int[0]);
    }

    private List<String> tree() {
        Map<int[], String> firsts = new IdentityHashMap<>();
        List<String> lines = new ArrayList<>();
        files.forEach((path, node) -> {
            String first = firsts.putIfAbsent(node.identity(), path);
            lines.add(
                    "/" + path.replace("\n", "\\n") + " " + node.text() + (first == null ? "" : " same as /" + first));
        });
        return lines;
    }
}
