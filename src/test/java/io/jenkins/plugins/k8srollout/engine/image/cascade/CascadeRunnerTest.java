package io.jenkins.plugins.k8srollout.engine.image.cascade;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.After;
import org.junit.Test;

/** Order, bounds, failures and interruption, without any image. */
public class CascadeRunnerTest {
    private static final long PATIENCE_SECONDS = 60;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> heard = new ArrayList<>();
    private final CascadeGraph graph = SampleCascade.graph(
            "system", "FROM debian\n",
            "pub/jdk", "FROM r.io/b/system\n",
            "pub/nginx", "FROM r.io/b/system\n",
            "app/shop", "FROM r.io/b/pub/jdk\n",
            "app/web", "FROM r.io/b/pub/nginx\nCOPY --from=r.io/b/pub/jdk /a /\n");

    @After
    public void endThreads() {
        threads.shutdownNow();
    }

    private CascadeRunner runner(int parallel) {
        return new CascadeRunner(threads, parallel, outcome -> heard.add(outcome.folder() + " " + outcome.state()));
    }

    private static ImageDigest digest(String text) {
        return ImageDigest.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static CascadeOutcome built(CascadeImage image) {
        return CascadeOutcome.built(image, digest(image.folder()), "fake", 1);
    }

    @Test
    public void everyImageGetsTheDigestsOfItsBases() {
        // In the calling thread, one after the other, so that the order is certain.
        CascadeRunner runner = new CascadeRunner(Runnable::run, 1, outcome -> heard.add(outcome.folder()));
        CascadeResult result = runner.run(graph, (image, inner) -> {
            graph.basesOf(image).forEach(base -> assertThat(inner.get(base.folder()), is(digest(base.folder()))));
            assertThat(inner.size(), is(graph.basesOf(image).size()));
            return built(image);
        });
        assertThat(heard, contains("system", "pub/jdk", "pub/nginx", "app/shop", "app/web"));
        assertThat(result.problem(), is(Optional.empty()));
    }

    @Test
    public void independentImagesRunTogether() {
        CyclicBarrier both = new CyclicBarrier(2);
        CascadeResult result = runner(4).run(graph, (image, inner) -> {
            if (image.folder().startsWith("pub/")) {
                meet(both);
            }
            return built(image);
        });
        assertThat(result.problem(), is(Optional.empty()));
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException("the other one did not come", e);
        }
    }

    @Test
    public void noMoreThanAllowedRunTogether() {
        Object[] many = new Object[40];
        for (int i = 0; i < many.length; i += 2) {
            many[i] = "i" + i;
            many[i + 1] = "FROM scratch\n";
        }
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        runner(3).run(SampleCascade.graph(many), (image, inner) -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            now.decrementAndGet();
            return built(image);
        });
        assertThat(most.get(), lessThanOrEqualTo(3));
        assertThat(heard.size(), is(20));
    }

    @Test
    public void aFailureStopsOnlyWhatDependsOnIt() {
        CascadeResult result = runner(2).run(graph, (image, inner) -> {
            if (image.folder().equals("pub/nginx")) {
                throw new ReleaseException(new Problem(
                        Problem.Kind.UNREACHABLE, "push the blob", "r.io", "nobody answers", "Start the registry"));
            }
            return built(image);
        });
        assertThat(
                result.images().stream().map(i -> i.folder() + " " + i.state()).toList(),
                contains("system BUILT", "pub/jdk BUILT", "pub/nginx FAILED", "app/shop BUILT", "app/web NOT_BEGUN"));
        Problem problem = result.problem().orElseThrow();
        assertThat(problem.kind(), is(Problem.Kind.UNREACHABLE));
        assertThat(
                problem.sentence(),
                allOf(
                        containsString("1 of 5 images failed"),
                        containsString("pub/nginx: nobody answers"),
                        containsString("not begun: app/web (because of pub/nginx)"),
                        containsString("Start the registry")));
    }

    @Test
    public void theFirstCauseIsNamedForAllThatFollow() {
        CascadeResult result = runner(2).run(graph, (image, inner) -> {
            throw new IllegalStateException("broken");
        });
        assertThat(
                result.images().stream().map(CascadeOutcome::because).toList(),
                contains("", "system", "system", "system", "system"));
        assertThat(result.problem().orElseThrow().kind(), is(Problem.Kind.FAILED));
    }

    @Test
    public void interruptingEndsTheWorkAndNamesWhatIsDone() {
        Thread caller = Thread.currentThread();
        CountDownLatch ended = new CountDownLatch(1);
        CascadeRunner.Work work = (CascadeImage image, Map<String, ImageDigest> inner) -> {
            if (image.folder().equals("system")) {
                return built(image);
            }
            caller.interrupt();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                ended.countDown();
            }
            return built(image);
        };
        ReleaseException e =
                assertThrows(ReleaseException.class, () -> runner(1).run(graph, work));
        assertThat("the caller's interruption is kept", Thread.interrupted(), is(true));
        assertThat(e.problem().kind(), is(Problem.Kind.INTERRUPTED));
        assertThat(e.getMessage(), containsString("done by then: system"));
        assertThat(await(ended), is(true));
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the test", e);
        }
    }
}
