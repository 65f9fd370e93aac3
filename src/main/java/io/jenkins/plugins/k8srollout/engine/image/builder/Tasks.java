package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of one build. The first failure ends everything that runs together with it. */
final class Tasks implements AutoCloseable {
    // Layers wait for compression and for the registry, so there may be more of them than processors.
    private static final int TOGETHER = 4;

    private final ExecutorService layers;
    private final ExecutorService workers;
    private final int processors;

    Tasks(int processors) {
        this.processors = processors;
        this.layers = pool("image layer", TOGETHER);
        this.workers = pool("image compression", processors);
    }

    private static ExecutorService pool(String name, int size) {
        AtomicInteger count = new AtomicInteger();
        return Executors.newFixedThreadPool(size, task -> {
            Thread thread = new Thread(task, name + " " + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** For short tasks that wait for nothing. */
    ExecutorService workers() {
        return workers;
    }

    int processors() {
        return processors;
    }

    /** Runs all at the same time and waits. */
    void run(List<Callable<Void>> tasks) {
        ExecutorCompletionService<Void> service = new ExecutorCompletionService<>(layers);
        List<Future<Void>> running = new ArrayList<>();
        tasks.forEach(task -> running.add(service.submit(task)));
        try {
            for (int i = 0; i < running.size(); i++) {
                service.take().get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ReleaseException(
                    new Problem(Problem.Kind.INTERRUPTED, "build the image", "", "the build was interrupted", ""), e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ReleaseException problem
                    ? problem
                    : new ReleaseException(
                            new Problem(
                                    Problem.Kind.FAILED,
                                    "build the image",
                                    "",
                                    String.valueOf(e.getCause()),
                                    "Report this with the log"),
                            e.getCause());
        } finally {
            running.forEach(task -> task.cancel(true));
        }
    }

    @Override
    public void close() {
        layers.shutdownNow();
        workers.shutdownNow();
    }
}
