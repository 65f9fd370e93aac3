package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Makes some calls at a time; few enough that no API server minds. */
final class Parallel {
    private static final int AT_ONCE = 8;

    private final Executor workers;

    Parallel(Executor workers) {
        this.workers = workers;
    }

    /**
     * @param call must not throw
     * @return the results, in the order of the items
     */
    <T, R> List<R> map(List<T> items, Function<T, R> call) {
        List<R> results = new ArrayList<>();
        for (int from = 0; from < items.size(); from += AT_ONCE) {
            List<CompletableFuture<R>> running = new ArrayList<>();
            for (T item : items.subList(from, Math.min(items.size(), from + AT_ONCE))) {
                running.add(CompletableFuture.supplyAsync(() -> call.apply(item), workers));
            }
            running.forEach(future -> results.add(get(future)));
        }
        return results;
    }

    private static <R> R get(CompletableFuture<R> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ReleaseException(
                    new Problem(Problem.Kind.INTERRUPTED, "release", "", "the work was interrupted", ""), e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a call threw although it must not", e.getCause());
        }
    }
}
