package io.jenkins.plugins.k8srollout.run;

import hudson.FilePath;
import hudson.model.Run;
import io.jenkins.plugins.k8srollout.engine.image.builder.BuilderChoice;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuildRequest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;

/** Builds an image for a build, on the agent that has its workspace. */
public final class ImageWork {
    private ImageWork() {}

    /** The names that {@code builder} may have. */
    public static Stream<String> builders() {
        return Arrays.stream(BuilderChoice.values()).map(BuilderChoice::label);
    }

    /** Blocks until the image is there; interrupting it ends the build on the agent too. */
    public static ImageResult run(Run<?, ?> build, ImageParameters parameters, FilePath workspace, ListenerSink log)
            throws IOException, InterruptedException {
        ImageReference image = ImageReference.parse(parameters.getImage());
        ImageBuildRequest request = RequestFactory.image(parameters, image);
        BuildRegistries registries =
                new BuildRegistries(build, image, parameters.getRegistry(), parameters.getCredentialsId());
        return new ImageResult(workspace.act(new BuildOnAgent(request, registries, log.listener())));
    }
}
