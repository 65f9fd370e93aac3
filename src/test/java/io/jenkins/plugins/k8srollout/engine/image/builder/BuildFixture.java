package io.jenkins.plugins.k8srollout.engine.image.builder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.engine.image.layer.LayerCache;
import io.jenkins.plugins.k8srollout.engine.image.registry.Descriptor;
import io.jenkins.plugins.k8srollout.engine.image.registry.Platform;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryAccess;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryClient;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryImages;
import io.jenkins.plugins.k8srollout.engine.image.registry.RemoteImage;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.workspace.Workspace;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** A workspace, a cache, a registry: builds images and reads them back as a container would see them. */
final class BuildFixture {
    final Path workspace;
    final CapturingSink sink = new CapturingSink();
    private Clock clock = Clock.systemUTC();
    private final Path cache;
    private final String registry;

    BuildFixture(Path folder, String registry) throws IOException {
        this.workspace = Files.createDirectories(folder.resolve("workspace")).toRealPath();
        this.cache = folder.resolve("cache");
        this.registry = registry;
    }

    /** Has builds believe that all files were written a minute ago, and so will show any change. */
    BuildFixture aMinuteLater() {
        clock = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1));
        return this;
    }

    /** Writes files: name, content, name, content … */
    BuildFixture files(String... namesAndContents) throws IOException {
        for (int i = 0; i < namesAndContents.length; i += 2) {
            Path file = workspace.resolve(namesAndContents[i]);
            Files.createDirectories(file.getParent());
            Files.writeString(file, namesAndContents[i + 1]);
        }
        return this;
    }

    ImageReference image(String repository) {
        return ImageReference.parse(registry + "/" + repository);
    }

    ImageBuildResult build(String repository, String dockerfile) throws IOException {
        return build(repository, dockerfile, request -> request);
    }

    /** {@code REGISTRY} in the Dockerfile stands for the registry's address. */
    ImageBuildResult build(String repository, String dockerfile, UnaryOperator<ImageBuildRequest.Builder> more)
            throws IOException {
        Files.writeString(workspace.resolve("Dockerfile"), dockerfile.replace("REGISTRY", registry));
        ImageBuildRequest request =
                more.apply(ImageBuildRequest.image(image(repository))).build();
        return builder().build(request, Workspace.at(workspace));
    }

    ImageBuilder builder() {
        return new ImageBuilder(registries(), cache(), sink, clock);
    }

    Registries registries() {
        return name -> RegistryAccess.builder(name).plainHttp(true).build();
    }

    LayerCache cache() {
        return new LayerCache(cache, LayerCache.DEFAULT_BYTES, clock);
    }

    RegistryClient client() {
        return RegistryClient.open(registries().access(registry), sink);
    }

    RemoteImage pull(ImageBuildResult result) {
        try (RegistryClient client = client()) {
            return new RegistryImages(client).read(result.reference(), Platform.LINUX_AMD64);
        }
    }

    JsonNode config(ImageBuildResult result) throws IOException {
        return new ObjectMapper().readTree(pull(result).configJson());
    }

    /**
     * The files of an image: path to {@code mode uid:gid content}, {@code mode uid:gid /} for a folder,
     * {@code -> target} for a link.
     */
    Map<String, String> tree(ImageBuildResult result) throws IOException {
        Map<String, String> tree = new TreeMap<>();
        RemoteImage image = pull(result);
        try (RegistryClient client = client()) {
            for (Descriptor layer : image.layers()) {
                try (InputStream blob = client.blob(image.name().repository(), layer.digest());
                        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(blob), "UTF-8")) {
                    for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
                        tree.put(e.getName().replaceAll("/$", ""), text(e, tar));
                    }
                }
            }
        }
        return tree;
    }

    private static String text(TarArchiveEntry entry, InputStream content) throws IOException {
        if (entry.isSymbolicLink()) {
            return "-> " + entry.getLinkName();
        }
        String head =
                String.format("%o %d:%d ", entry.getMode() & 07777, entry.getLongUserId(), entry.getLongGroupId());
        return head + (entry.isDirectory() ? "/" : new String(content.readAllBytes(), StandardCharsets.UTF_8));
    }

    static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asText()));
        return texts;
    }
}
