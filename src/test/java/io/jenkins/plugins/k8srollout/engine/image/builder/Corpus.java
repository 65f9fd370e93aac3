package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.registry.BlobSource;
import io.jenkins.plugins.k8srollout.engine.image.registry.MediaTypes;
import io.jenkins.plugins.k8srollout.engine.image.registry.Platform;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryClient;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryImages;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Dockerfiles with contexts, and what BuildKit has made of them. The cases are in {@code image/conformance/*.yaml} of the
 * test resources, the recorded facts beside them in {@code *.expected}.
 */
final class Corpus {
    /** The files of cases, without their ending. */
    static final List<String> FILES =
            List.of("configuration", "copy", "copy-options", "add", "variables", "stages", "syntax");

    private static final String FOLDER = "image/conformance/";
    private static final long EPOCH = 1;
    private static final String DECISIVE = "failed to solve: ";
    private static final String HEAD = "=== ";

    private Corpus() {}

    /**
     * @param files of the context, as {@link TreeMaker} takes them, besides the common ones
     * @param differs why the embedded builder does otherwise on purpose; empty text where it must not
     * @param own what it does then
     */
    record Case(
            String name,
            String dockerfile,
            Map<String, Object> files,
            Map<String, String> args,
            String target,
            List<Platform> platforms,
            String differs,
            List<String> own) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases(String file) {
        List<Case> cases = new ArrayList<>();
        for (Map<String, Object> written : Corpus.<List<Map<String, Object>>>yaml(file)) {
            Map<String, String> args = new LinkedHashMap<>();
            map(written, "args").forEach((k, v) -> args.put(k, v.toString()));
            cases.add(new Case(
                    written.get("name").toString(),
                    written.get("dockerfile").toString(),
                    map(written, "files"),
                    args,
                    text(written, "target"),
                    platforms(text(written, "platform")),
                    text(written, "differs"),
                    text(written, "own").lines().toList()));
        }
        return cases;
    }

    private static List<Platform> platforms(String text) {
        return text.isEmpty()
                ? List.of(Platform.LINUX_AMD64)
                : Arrays.stream(text.split(",")).map(Platform::parse).toList();
    }

    /** Case to lines. */
    static Map<String, List<String>> expected(String file) {
        Map<String, List<String>> found = new LinkedHashMap<>();
        List<String> lines = List.of();
        for (String line : resource(file + ".expected").lines().toList()) {
            if (line.startsWith(HEAD)) {
                lines = new ArrayList<>();
                found.put(line.substring(HEAD.length()), lines);
            } else {
                lines.add(line);
            }
        }
        return found;
    }

    static String text(Map<String, List<String>> facts) {
        StringBuilder text = new StringBuilder();
        facts.forEach((name, lines) -> {
            text.append(HEAD).append(name).append('\n');
            lines.forEach(line -> text.append(line).append('\n'));
        });
        return text.toString();
    }

    /** Makes the context of a case in an empty folder: the common files and its own. */
    static void makeContext(Path folder, Case one, String registry) throws IOException {
        TreeMaker.make(folder, Corpus.<Map<String, Object>>yaml("context"));
        TreeMaker.make(folder, one.files());
        Files.writeString(folder.resolve("Dockerfile"), one.dockerfile().replace("REGISTRY", registry));
    }

    /** Builds images: the embedded builder or a peer. */
    @FunctionalInterface
    interface Builder {
        ImageBuildResult build(BuildFixture builds, ImageBuildRequest request, Path context);
    }

    /** The image of a case as text, or one line of why there is none. */
    static List<String> made(BuildFixture builds, Case one, Builder builder) throws IOException {
        makeContext(builds.workspace, one, builds.image("x").registry());
        ImageBuildRequest request = ImageBuildRequest.image(builds.image("conformance/" + one.name()))
                .buildArgs(one.args())
                .target(one.target())
                .platforms(one.platforms())
                .epochSeconds(EPOCH)
                .build();
        ImageBuildResult result;
        try {
            result = builder.build(builds, request, builds.workspace);
        } catch (ReleaseException e) {
            return List.of(
                    "error " + plain(e.problem().reason(), builds.image("x").registry()));
        }
        List<String> lines = new ArrayList<>();
        try (RegistryClient client = builds.client()) {
            for (Platform platform : one.platforms()) {
                if (one.platforms().size() > 1) {
                    lines.add("platform " + platform);
                }
                lines.addAll(ImageText.of(client, new RegistryImages(client).read(result.reference(), platform)));
            }
        }
        return lines;
    }

    /** A message without what differs from run to run. */
    private static String plain(String message, String registry) {
        String decisive = message.substring(message.lastIndexOf(DECISIVE) < 0 ? 0 : message.lastIndexOf(DECISIVE));
        return decisive.replace('\n', ' ')
                .replace(DECISIVE, "")
                .replace(registry, "REGISTRY")
                .replaceAll("of ref \\S+: ", "")
                .replaceAll("/\\S*/snapshots/\\d+/", "/");
    }

    /** Pushes the base images that the cases start from. */
    static void pushBases(RegistryClient client) throws IOException {
        for (Map<String, Object> base : Corpus.<List<Map<String, Object>>>yaml("bases")) {
            pushBase(client, base);
        }
    }

    private static void pushBase(RegistryClient client, Map<String, Object> base) throws IOException {
        String repository = base.get("name").toString();
        boolean docker = base.containsKey("docker");
        List<String> manifests = new ArrayList<>();
        for (String platform : text(base, "platforms").split(",")) {
            List<String> layers = new ArrayList<>();
            List<String> diffIds = new ArrayList<>();
            for (Object entries : (List<?>) base.get("layers")) {
                List<?> list = (List<?>) entries;
                diffIds.add("\"" + ImageDigest.of(TreeMaker.tar(list, "")) + "\"");
                byte[] packed = TreeMaker.tar(list, "gz");
                layers.add(descriptor(
                        client, repository, docker ? MediaTypes.DOCKER_LAYER_GZIP : MediaTypes.OCI_LAYER_GZIP, packed));
            }
            String[] parts = platform.split("/");
            String config = "{\"architecture\":\"" + parts[1] + "\",\"os\":\"" + parts[0] + "\""
                    + (parts.length > 2 ? ",\"variant\":\"" + parts[2] + "\"" : "")
                    + ",\"config\":" + text(base, "config").replace("PLATFORM", platform)
                    + ",\"history\":[" + "{\"created_by\":\"BASE\"},".repeat(layers.size() - 1)
                    + "{\"created_by\":\"BASE\"}],"
                    + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":" + diffIds + "}}";
            String type = docker ? MediaTypes.DOCKER_MANIFEST : MediaTypes.OCI_MANIFEST;
            byte[] manifest = ("{\"schemaVersion\":2,\"mediaType\":\"" + type + "\",\"config\":"
                            + descriptor(
                                    client,
                                    repository,
                                    docker ? MediaTypes.DOCKER_CONFIG : MediaTypes.OCI_CONFIG,
                                    config.getBytes(StandardCharsets.UTF_8))
                            + ",\"layers\":" + layers + "}")
                    .getBytes(StandardCharsets.UTF_8);
            ImageDigest digest = client.putManifest(repository, "latest", type, manifest);
            manifests.add("{\"mediaType\":\"" + type + "\",\"digest\":\"" + digest + "\",\"size\":" + manifest.length
                    + ",\"platform\":{\"os\":\"" + parts[0] + "\",\"architecture\":\"" + parts[1] + "\""
                    + (parts.length > 2 ? ",\"variant\":\"" + parts[2] + "\"" : "") + "}}");
        }
        if (manifests.size() > 1) {
            String index = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_INDEX + "\",\"manifests\":"
                    + manifests + "}";
            client.putManifest(repository, "latest", MediaTypes.OCI_INDEX, index.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String descriptor(RegistryClient client, String repository, String type, byte[] content) {
        client.push(repository, BlobSource.of(content), List.of());
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + ImageDigest.of(content) + "\",\"size\":"
                + content.length + "}";
    }

    private static String text(Map<String, Object> map, String key) {
        Object value = map.get(key);
        return value == null ? "" : value.toString();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Map<String, Object> written, String key) {
        return (Map<String, Object>) written.getOrDefault(key, Map.of());
    }

    @SuppressWarnings("unchecked")
    private static <T> T yaml(String file) {
        return (T) new Yaml(new SafeConstructor(new LoaderOptions())).load(resource(file + ".yaml"));
    }

    private static String resource(String name) {
        try (InputStream in = Corpus.class.getClassLoader().getResourceAsStream(FOLDER + name)) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
