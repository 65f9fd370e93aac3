package io.jenkins.plugins.k8srollout.engine.image.cascade;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Takes a graph's images through some work, bases first, independent ones at the same time. A failure keeps only those
 * from being begun that depend on it. All decisions are made by the calling thread.
 */
final class CascadeRunner {
    private final int parallel;
    private final Consumer<CascadeOutcome> heard;
    private final CompletionService<CascadeOutcome> service;
    private final Map<Future<CascadeOutcome>, CascadeImage> running = new HashMap<>();
    private final Map<String, CascadeOutcome> outcomes = new HashMap<>();

    /** What is done with each image; it runs in the executor's threads and may throw. */
    @FunctionalInterface
    interface Work {
        /**
         * @param inner the images of the folders that this one is built on, by folder
         */
        CascadeOutcome perform(CascadeImage image, Map<String, ImageDigest> inner);
    }

    /**
     * @param parallel how many images at the same time
     * @param heard is told of each image's end, by the calling thread
     */
    CascadeRunner(Executor executor, int parallel, Consumer<CascadeOutcome> heard) {
        this.service = new ExecutorCompletionService<>(executor);
        this.parallel = parallel;
        this.heard = heard;
    }

    /**
     * Waits until nothing more can be done. Interrupting it interrupts the work.
     *
     * @throws ReleaseException (interrupted) that names the images which are done
     */
    CascadeResult run(CascadeGraph graph, Work work) {
        Set<CascadeImage> waiting = new LinkedHashSet<>(graph.order());
        Deque<CascadeImage> ready = new ArrayDeque<>();
        try {
            while (true) {
                settle(graph, waiting, ready);
                while (running.size() < parallel && !ready.isEmpty()) {
                    begin(graph, ready.removeFirst(), work);
                }
                if (running.isEmpty()) {
                    break;
                }
                Future<CascadeOutcome> ended = service.take();
                note(running.get(ended), outcome(running.remove(ended), ended));
            }
        } catch (InterruptedException e) {
            running.keySet().forEach(task -> task.cancel(true));
            Thread.currentThread().interrupt();
            throw interrupted(e);
        }
        List<CascadeOutcome> all = new ArrayList<>();
        graph.order().forEach(image -> all.add(outcomes.get(image.folder())));
        return new CascadeResult(all);
    }

    /** Moves on whoever's bases have ended; in the graph's order, so that one pass is enough. */
    private void settle(CascadeGraph graph, Set<CascadeImage> waiting, Deque<CascadeImage> ready) {
        for (CascadeImage image : List.copyOf(waiting)) {
            List<CascadeOutcome> bases = graph.basesOf(image).stream()
                    .map(base -> outcomes.get(base.folder()))
                    .toList();
            Optional<CascadeOutcome> missed = bases.stream()
                    .filter(base -> base != null && !base.usable())
                    .findFirst();
            if (missed.isPresent()) {
                waiting.remove(image);
                note(image, CascadeOutcome.notBegun(image, cause(missed.get())));
            } else if (!bases.contains(null)) {
                waiting.remove(image);
                ready.addLast(image);
            }
        }
    }

    private static String cause(CascadeOutcome missed) {
        return missed.because().isEmpty() ? missed.folder() : missed.because();
    }

    private void begin(CascadeGraph graph, CascadeImage image, Work work) {
        Map<String, ImageDigest> inner = new HashMap<>();
        for (CascadeImage base : graph.basesOf(image)) {
            inner.put(base.folder(), outcomes.get(base.folder()).digest());
        }
        running.put(service.submit(() -> work.perform(image, inner)), image);
    }

    private void note(CascadeImage image, CascadeOutcome outcome) {
        outcomes.put(image.folder(), outcome);
        heard.accept(outcome);
    }

    private static CascadeOutcome outcome(CascadeImage image, Future<CascadeOutcome> ended)
            throws InterruptedException {
        try {
            return ended.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ReleaseException known) {
                return CascadeOutcome.failed(image, known.problem());
            }
            return CascadeOutcome.failed(
                    image,
                    new Problem(
                            Problem.Kind.FAILED,
                            "build the image",
                            image.image().name(),
                            String.valueOf(e.getCause()),
                            "Report this with the log"));
        }
    }

    private ReleaseException interrupted(InterruptedException e) {
        List<String> done = outcomes.values().stream()
                .filter(CascadeOutcome::usable)
                .map(CascadeOutcome::folder)
                .sorted()
                .toList();
        return new ReleaseException(
                new Problem(
                        Problem.Kind.INTERRUPTED,
                        "build the cascade",
                        "",
                        "it was interrupted; done by then: " + (done.isEmpty() ? "nothing" : String.join(", ", done)),
                        "Start it again: what is done is not built again"),
                e);
    }
}
