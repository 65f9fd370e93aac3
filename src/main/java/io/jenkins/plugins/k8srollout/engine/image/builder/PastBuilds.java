package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.image.layer.ContextSnapshot;
import io.jenkins.plugins.k8srollout.engine.image.layer.LayerCache;
import io.jenkins.plugins.k8srollout.engine.image.registry.Descriptor;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Recognizes a build that would come out as the last one did: the same was asked for, and texts, context and base images
 * are the same. Then nothing is planned or made, and the image is only named again. Used by one thread.
 */
final class PastBuilds {
    // To be raised whenever the same build would come out as another image.
    private static final int FORMAT = 3;

    private final ImageBuildRequest request;
    private final BuildFiles files;
    private final LayerCache cache;
    private final String key;

    PastBuilds(ImageBuildRequest request, BuildFiles files, LayerCache cache) {
        this.request = request;
        this.files = files;
        this.cache = cache;
        this.key = key(request, files);
    }

    /** All that was asked for, but for the image's name, which is not in the image. */
    private static String key(ImageBuildRequest request, BuildFiles files) {
        StringBuilder text = new StringBuilder();
        add(text, FORMAT, PastBuilds.class.getPackage().getImplementationVersion());
        add(text, files.context(), files.name(), files.text());
        add(text, files.ignoreFile().isPresent(), files.ignoreText());
        add(text, request.target(), request.platforms(), request.epochSeconds());
        for (Map<String, String> values : List.of(request.buildArgs(), request.labels())) {
            add(text, values.size());
            new TreeMap<>(values).forEach((name, value) -> add(text, name, value));
        }
        return ImageDigest.of(text.toString().getBytes(StandardCharsets.UTF_8)).hex();
    }

    // With their lengths, so that texts cannot run into each other.
    private static void add(StringBuilder text, Object... parts) {
        for (Object part : parts) {
            String shown = String.valueOf(part);
            text.append(shown.length()).append(' ').append(shown);
        }
    }

    /**
     * Names the image of the last build like this one, if nothing has changed since and the registry has it still.
     *
     * @return empty if it has to be built; any failure means that too
     */
    Optional<ImageBuildResult> repeat(Registries registries, ProgressSink sink) {
        Optional<PastBuild> last = cache.buildNote(key).flatMap(PastBuild::of);
        if (last.isEmpty()) {
            return Optional.empty();
        }
        PastBuild build = last.get();
        ImageDigest digest = ImageDigest.of(build.manifest());
        try (UnchangedCheck check = new UnchangedCheck(request, registries, sink)) {
            if (!check.holds(build, files.context()) || !check.publish(build.manifest(), digest)) {
                return Optional.empty();
            }
            build.notices().forEach(sink::accept);
            for (Descriptor layer : build.layers()) {
                sink.accept(new ProgressEvent.LayerReady(layer.digest(), layer.size(), true));
                if (request.push()) {
                    sink.accept(new ProgressEvent.BlobStored(
                            layer.digest(), layer.size(), ProgressEvent.BlobStored.How.EXISTED));
                }
            }
            ImageBuildResult result = new ImageBuildResult(
                    request.image().name(),
                    request.tags(),
                    digest,
                    build.size(),
                    check.pushedBytes(),
                    EmbeddedBuilder.NAME);
            sink.accept(new ProgressEvent.ImageReady(
                    ImagePublisher.names(request), digest, build.size(), check.pushedBytes()));
            return Optional.of(result);
        }
    }

    /**
     * Remembers this build.
     *
     * @param context empty if a change to it could go unseen: then there is nothing to remember
     */
    void keep(
            ImageManifest image,
            List<Descriptor> ownLayers,
            Map<ImageReference, ImageDigest> bases,
            Optional<ContextSnapshot> context,
            List<ProgressEvent.Notice> notices)
            throws IOException {
        if (context.isPresent()) {
            PastBuild build = new PastBuild(bases, context.get(), image.json(), ownLayers, image.size(), notices);
            cache.keepBuildNote(key, build.toBytes());
        }
    }
}
