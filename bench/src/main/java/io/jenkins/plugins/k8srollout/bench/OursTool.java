package io.jenkins.plugins.k8srollout.bench;

import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.image.builder.BuilderChoice;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuildRequest;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuilder;
import io.jenkins.plugins.k8srollout.engine.image.layer.LayerCache;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryAccess;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.workspace.Workspace;
import java.nio.file.Path;
import java.time.Clock;

/** Builds with the embedded builder in one process, one for each line of standard input. */
public final class OursTool {
    private OursTool() {}

    public static void main(String[] args) throws Exception {
        Builds.run(args, OursTool::build);
    }

    /**
     * @param base named in the context's Dockerfile already
     */
    private static void build(Path context, String image, Path cache, String base) {
        ImageReference name = ImageReference.parse(image);
        ImageBuilder builder = new ImageBuilder(
                registry -> RegistryAccess.builder(registry).plainHttp(true).build(),
                new LayerCache(cache, LayerCache.DEFAULT_BYTES, Clock.systemUTC()),
                ProgressSink.NONE,
                Clock.systemUTC());
        builder.build(
                ImageBuildRequest.image(name).builder(BuilderChoice.EMBEDDED).build(), Workspace.at(context));
    }
}
