package io.jenkins.plugins.k8srollout.run;

import hudson.FilePath;
import hudson.model.Run;
import io.jenkins.plugins.k8srollout.engine.delivery.DeliveredImage;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborOptions;
import io.jenkins.plugins.k8srollout.engine.image.builder.BuilderChoice;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuildRequest;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuildResult;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.VulnerabilitySeverity;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Builds an image for a build, on the agent that has its workspace. */
public final class ImageWork {
    // The agent tells the log itself; the page has the beginning and the end.
    private static final String STAGE = "Build the image";

    private ImageWork() {}

    /** The names that {@code builder} may have. */
    public static Stream<String> builders() {
        return Arrays.stream(BuilderChoice.values()).map(BuilderChoice::label);
    }

    /** The severities that {@code scan} may name. */
    public static Stream<String> severities() {
        return VulnerabilitySeverity.thresholds().stream();
    }

    /** The words that {@code createProject} may have. */
    public static Stream<String> projectCreations() {
        return HarborOptions.Creation.words().stream();
    }

    /** Blocks until the image is there; interrupting it ends the build on the agent too. */
    public static ImageResult run(Run<?, ?> build, ImageParameters parameters, FilePath workspace, BuildLog log)
            throws IOException, InterruptedException {
        ImageReference image = ImageReference.parse(parameters.getImage());
        ImageBuildRequest request = RequestFactory.image(parameters, image);
        HarborOptions harbor =
                RequestFactory.harbor(parameters, build.getParent().getFullName());
        BuildRegistries registries =
                new BuildRegistries(build, image, parameters.getRegistry(), parameters.getCredentialsId());
        log.begin("", "");
        Instant begun = EngineServices.get().scheduler().now();
        log.show(new ProgressEvent.StageStarted(STAGE, image.toString()));
        boolean built = false;
        try {
            DeliveredImage delivered = workspace.act(new BuildOnAgent(request, harbor, registries, log.listener()));
            ImageBuildResult result = delivered.image();
            log.show(new ProgressEvent.ImageReady(names(result), result.digest(), result.size(), result.pushedBytes()));
            delivered.scan().ifPresent(scan -> log.show(new ProgressEvent.Scanned(scan)));
            delivered.requireAccepted();
            built = true;
            return new ImageResult(delivered);
        } finally {
            Duration took =
                    Duration.between(begun, EngineServices.get().scheduler().now());
            log.show(new ProgressEvent.StageFinished(STAGE, built, took));
        }
    }

    private static List<String> names(ImageBuildResult result) {
        return result.tags().stream().map(tag -> result.image() + ":" + tag).toList();
    }
}
