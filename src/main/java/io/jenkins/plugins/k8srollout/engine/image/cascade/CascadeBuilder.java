package io.jenkins.plugins.k8srollout.engine.image.cascade;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuildRequest;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuildResult;
import io.jenkins.plugins.k8srollout.engine.image.builder.Registries;
import io.jenkins.plugins.k8srollout.engine.image.layer.LayerCache;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.workspace.Workspace;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Builds folders of Dockerfiles. Thread-safe; each call makes the calling thread wait, and interrupting it ends the
 * work. Failures are {@link ReleaseException}s.
 */
public final class CascadeBuilder {
    // An interrupted build closes its connections and is gone soon; what hangs longer is left to its daemon thread.
    private static final int FAREWELL_SECONDS = 10;
    private static final String STAGE = "Build cascade";

    private final Registries registries;
    private final LayerCache cache;
    private final ImageBuilds builds;
    private final ProgressSink sink;
    private final Clock clock;

    public CascadeBuilder(Registries registries, LayerCache cache, ImageBuilds builds, ProgressSink sink, Clock clock) {
        this.registries = registries;
        this.cache = cache;
        this.builds = builds;
        this.sink = sink;
        this.clock = clock;
    }

    /**
     * Finds out what there is to build; changes nothing.
     *
     * @param workspace what no Dockerfile, ignore file or context may lie outside of
     * @throws ReleaseException (refused input) for images that need each other; (not found) with the names of all bases
     *     that neither a folder makes nor a registry has
     */
    public CascadePlan plan(CascadeRequest request, Workspace workspace) {
        CascadeGraph graph = CascadeGraph.of(new CascadeFolder(request, workspace).read());
        try (CascadeRegistry registry = new CascadeRegistry(registries, sink)) {
            Map<ImageReference, ImageDigest> outside = outside(graph, registry);
            Map<String, ImageDigest> files = new HashMap<>();
            for (CascadeImage image : graph.order()) {
                files.put(image.folder(), InputKey.filesOf(image, cache));
            }
            return new CascadePlan(
                    request,
                    graph,
                    files,
                    outside,
                    (image, key) -> registry.made(
                            image.image(), key, request.platforms().get(0)));
        }
    }

    private static Map<ImageReference, ImageDigest> outside(CascadeGraph graph, CascadeRegistry registry) {
        Map<ImageReference, ImageDigest> found = new HashMap<>();
        List<String> missing = new ArrayList<>();
        graph.outside().forEach((image, uses) -> {
            Optional<ImageDigest> digest = registry.digest(image);
            digest.ifPresentOrElse(
                    d -> found.put(image, d),
                    () -> missing.add(image + " ("
                            + uses.stream()
                                    .map(use -> use.place().toString())
                                    .distinct()
                                    .collect(Collectors.joining(", "))
                            + ")"));
        });
        if (!missing.isEmpty()) {
            throw new ReleaseException(new Problem(
                    Problem.Kind.NOT_FOUND,
                    "find the bases of the cascade",
                    String.join("; ", missing),
                    "no folder makes them, and their registries have no such images; nothing was built",
                    "Correct the names, also those in build arguments, or push the images; the folders make those"
                            + " listed here",
                    graph.names()));
        }
        return found;
    }

    /**
     * Builds what has changed and what depends on it, bases first, and has the request's tags stand for all images. A
     * failure keeps only those from being begun that depend on it, and is in the result.
     */
    public CascadeResult run(CascadePlan plan) {
        Instant start = clock.instant();
        sink.accept(new ProgressEvent.StageStarted(STAGE, plan.request().folder()));
        boolean success = false;
        try {
            CascadeText.lines(plan).forEach(this::say);
            CascadeResult result = perform(plan);
            success = result.problem().isEmpty();
            return result;
        } finally {
            sink.accept(new ProgressEvent.StageFinished(STAGE, success, Duration.between(start, clock.instant())));
        }
    }

    private CascadeResult perform(CascadePlan plan) {
        int parallel = plan.request().parallel();
        ExecutorService executor = threads(parallel);
        try (CascadeRegistry registry = new CascadeRegistry(registries, sink);
                Drafts drafts = Drafts.open()) {
            try {
                return new CascadeRunner(executor, parallel, this::tell)
                        .run(plan.graph(), (image, inner) -> perform(plan, image, inner, registry, drafts));
            } finally {
                end(executor); // before the drafts go
            }
        }
    }

    private CascadeOutcome perform(
            CascadePlan plan,
            CascadeImage image,
            Map<String, ImageDigest> inner,
            CascadeRegistry registry,
            Drafts drafts) {
        CascadeRequest request = plan.request();
        ImageDigest key = plan.key(image, inner);
        Optional<ImageDigest> made = plan.unchanged(image)
                .or(() -> registry.made(image.image(), key, request.platforms().get(0)));
        if (made.isPresent()) {
            registry.name(image.image(), made.get(), request.tags());
            return CascadeOutcome.unchanged(image, made.get());
        }
        ImageBuildRequest build = drafts.request(image, request, key, plan.bases(image, inner));
        ImageBuildResult result = builds.build(build, drafts.workspace());
        return CascadeOutcome.built(image, result.digest(), result.builder(), result.pushedBytes());
    }

    private void tell(CascadeOutcome outcome) {
        switch (outcome.state()) {
            case BUILT -> say(outcome.folder() + ": built, " + CascadeText.brief(outcome.digest()));
            case UNCHANGED ->
                say(outcome.folder() + ": skipped, it is unchanged, " + CascadeText.brief(outcome.digest()));
            case FAILED ->
                sink.accept(new ProgressEvent.Notice(
                        Finding.Severity.ERROR,
                        outcome.folder() + ": " + outcome.problem().sentence()));
            case NOT_BEGUN ->
                sink.accept(new ProgressEvent.Notice(
                        Finding.Severity.WARNING,
                        outcome.folder() + ": not begun, because " + outcome.because() + " failed"));
        }
    }

    private void say(String line) {
        sink.accept(new ProgressEvent.Notice(Finding.Severity.INFO, line));
    }

    private static ExecutorService threads(int count) {
        AtomicInteger number = new AtomicInteger();
        return Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, "cascade " + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    private static void end(ExecutorService executor) {
        executor.shutdownNow();
        boolean interrupted = Thread.interrupted();
        try {
            executor.awaitTermination(FAREWELL_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
