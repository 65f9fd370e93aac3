package io.jenkins.plugins.k8srollout.e2e;

import static org.hamcrest.MatcherAssert.assertThat;

import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Phase;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.Test;

/**
 * {@link StrategyMatrix}: the API server is killed once, for 20 seconds, when the releases of all cells have applied
 * everything and none has gone on. A class of its own, because it disturbs everybody else on the cluster.
 */
public class StrategyMatrixFaultClusterTest extends StrategyMatrix {
    private static final int SECONDS = 20;
    private static final int PATIENCE_MINUTES = 10;

    @Test
    public void apiServerAway() throws Exception {
        Testbed.faultProgram();
        List<MatrixCell> all = cellsOf("outage");
        CountDownLatch applied = new CountDownLatch(all.size());
        CountDownLatch dead = new CountDownLatch(1);
        ExecutorService threads = Executors.newCachedThreadPool(); // none waits for another's turn
        try {
            Map<String, Throwable> failures = together(all, MatrixCell::make);
            if (failures.isEmpty()) {
                threads.execute(() -> {
                    try {
                        assertThat("all have applied", applied.await(PATIENCE_MINUTES, TimeUnit.MINUTES));
                        Testbed.fault("apiserver", SECONDS);
                    } catch (Exception e) {
                        throw new AssertionError("the API server could not be killed", e);
                    } finally {
                        dead.countDown();
                    }
                });
                failures = together(
                        all,
                        cell -> {
                            ReleaseRecord record = cell.run(cell.good(), token -> {
                                if (token.phase() == Phase.RELEASE) {
                                    applied.countDown();
                                    await(dead);
                                }
                            });
                            cell.isNew(record, 2);
                        },
                        threads);
            }
            conclude("outage", all, failures);
        } finally {
            dead.countDown();
            all.forEach(MatrixCell::remove);
            threads.shutdownNow();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted before the API server was killed", e);
        }
    }
}
