package io.jenkins.plugins.k8srollout.engine.delivery;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborClient;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborOptions;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborProject;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborRepository;
import io.jenkins.plugins.k8srollout.engine.harbor.ScanGate;
import io.jenkins.plugins.k8srollout.engine.harbor.TagCleanup;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuildRequest;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuildResult;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuilder;
import io.jenkins.plugins.k8srollout.engine.image.builder.Registries;
import io.jenkins.plugins.k8srollout.engine.image.registry.JdkScheduler;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryApi;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ScanResult;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.model.VulnerabilitySeverity;
import io.jenkins.plugins.k8srollout.engine.workspace.Workspace;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Builds an image and has Harbor do its part: the project and the rights before the build, labels, scan and clean-up
 * after the push. Thread-safe; each call makes the calling thread wait, and interrupting it ends the work.
 *
 * <p>What is missing is found before anything is built. A failure after the push says that the image is there.
 */
public final class ImageDelivery {
    private final ImageBuilder builder;
    private final Registries registries;
    private final Scheduler scheduler;
    private final ProgressSink sink;

    public ImageDelivery(ImageBuilder builder, Registries registries, ProgressSink sink) {
        this(builder, registries, new JdkScheduler(), sink);
    }

    /** With a clock of the caller's. */
    public ImageDelivery(ImageBuilder builder, Registries registries, Scheduler scheduler, ProgressSink sink) {
        this.builder = builder;
        this.registries = registries;
        this.scheduler = scheduler;
        this.sink = sink;
    }

    /**
     * Asks Harbor nothing where {@code options} ask nothing of it. A scan that finds too much is a result, too: see
     * {@link DeliveredImage#requireAccepted}.
     */
    public DeliveredImage run(ImageBuildRequest request, HarborOptions options, Workspace workspace) {
        if (options.isNone()) {
            return new DeliveredImage(builder.build(request, workspace), null, List.of());
        }
        if (!request.push()) {
            throw ReleaseException.refused(
                    "have Harbor scan, label or clean up",
                    request.image().name(),
                    "the image is not to be pushed",
                    "Push it, or leave out what Harbor is to do");
        }
        HarborRepository repository = HarborRepository.of(request.image());
        try (RegistryApi api =
                RegistryApi.open(registries.access(request.image().registry()), sink, scheduler)) {
            HarborClient harbor = new HarborClient(api);
            HarborProject project =
                    stage("Prepare Harbor", repository.project(), () -> new ProjectSetup(harbor, options, sink)
                            .run(repository));
            ImageBuildResult image = builder.build(request, workspace);
            return afterPush(image, () -> finish(harbor, project, repository, image, options));
        }
    }

    private DeliveredImage finish(
            HarborClient harbor,
            HarborProject project,
            HarborRepository repository,
            ImageBuildResult image,
            HarborOptions options) {
        String digest = image.digest().toString();
        if (!options.labels().isEmpty()) {
            stage("Label image", String.join(", ", options.labels()), () -> {
                options.labels().forEach(label -> harbor.label(project, repository, digest, label));
                return null;
            });
        }
        ScanResult scan = options.threshold()
                .map(threshold -> scan(harbor, repository, image, threshold, options.scanTimeout()))
                .orElse(null);
        // Old images stay while the new one is not accepted: one of them may be needed.
        List<String> deleted = options.keepTags() == 0 || scan != null && !scan.passed()
                ? List.of()
                : stage("Clean up tags", repository.toString(), () -> new TagCleanup(harbor, sink)
                        .run(repository, options.ownerLabel(), options.keepTags(), new HashSet<>(image.tags()), false));
        return new DeliveredImage(image, scan, deleted);
    }

    private ScanResult scan(
            HarborClient harbor,
            HarborRepository repository,
            ImageBuildResult image,
            VulnerabilitySeverity threshold,
            Duration timeout) {
        return stage(
                "Scan image",
                image.pinned(),
                () -> {
                    ScanResult result =
                            new ScanGate(harbor, scheduler).scan(repository, image.digest(), threshold, timeout);
                    sink.accept(new ProgressEvent.Scanned(result));
                    return result;
                },
                ScanResult::passed);
    }

    private static <T> T afterPush(ImageBuildResult image, Supplier<T> work) {
        try {
            return work.get();
        } catch (ReleaseException e) {
            throw DeliveredImage.butPushed(image, e);
        }
    }

    private <T> T stage(String name, String detail, Supplier<T> work) {
        return stage(name, detail, work, result -> true);
    }

    private <T> T stage(String name, String detail, Supplier<T> work, Predicate<T> good) {
        Instant start = scheduler.now();
        sink.accept(new ProgressEvent.StageStarted(name, detail));
        boolean success = false;
        try {
            T result = work.get();
            success = good.test(result);
            return result;
        } finally {
            sink.accept(new ProgressEvent.StageFinished(name, success, Duration.between(start, scheduler.now())));
        }
    }
}
