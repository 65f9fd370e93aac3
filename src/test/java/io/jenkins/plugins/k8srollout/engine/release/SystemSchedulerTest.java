package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.After;
import org.junit.Test;

public class SystemSchedulerTest {
    private final SystemScheduler scheduler = new SystemScheduler(1);

    @After
    public void close() {
        scheduler.close();
    }

    @Test
    public void runsAtOnceAndLater() throws Exception {
        List<String> order = new CopyOnWriteArrayList<>();
        CountDownLatch done = new CountDownLatch(2);
        scheduler.after(Duration.ofMillis(30), () -> record(order, "later", done));
        scheduler.after(Duration.ZERO, () -> record(order, "at once", done));
        assertThat(done.await(10, TimeUnit.SECONDS), is(true));
        assertThat(order, contains("at once", "later"));
    }

    @Test
    public void cancelledTaskDoesNotRun() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        AtomicBoolean ran = new AtomicBoolean();
        scheduler.after(Duration.ZERO, () -> awaitOf(busy));
        Cancellable queued = scheduler.after(Duration.ZERO, () -> ran.set(true));
        Cancellable timed = scheduler.after(Duration.ofMillis(1), () -> ran.set(true));
        queued.cancel();
        timed.cancel();
        timed.cancel();
        scheduler.after(Duration.ofMillis(20), done::countDown);
        busy.countDown();
        assertThat(done.await(10, TimeUnit.SECONDS), is(true));
        assertThat(ran.get(), is(false));
    }

    @Test
    public void callsThatHangMakeNothingLate() throws Exception {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        for (int i = 0; i < 100; i++) {
            scheduler.offload(() -> awaitOf(hanging));
        }
        scheduler.after(Duration.ofMillis(1), done::countDown);
        assertThat(done.await(10, TimeUnit.SECONDS), is(true));
        hanging.countDown();
    }

    @Test
    public void taskThatThrowsDoesNotEndTheWorker() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        scheduler.after(Duration.ZERO, () -> {
            throw new IllegalStateException("for the test");
        });
        scheduler.after(Duration.ZERO, done::countDown);
        assertThat(done.await(10, TimeUnit.SECONDS), is(true));
    }

    @Test
    public void allThreadsAreDaemons() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        AtomicBoolean daemon = new AtomicBoolean();
        scheduler.after(Duration.ofMillis(1), () -> {
            daemon.set(Thread.currentThread().isDaemon());
            done.countDown();
        });
        assertThat(done.await(10, TimeUnit.SECONDS), is(true));
        assertThat(daemon.get(), equalTo(true));
    }

    @Test
    public void afterClosingNothingRunsAndNothingThrows() {
        scheduler.close();
        scheduler.after(Duration.ZERO, () -> {}).cancel();
        scheduler.after(Duration.ofSeconds(1), () -> {}).cancel();
    }

    private static void record(List<String> order, String what, CountDownLatch done) {
        order.add(what);
        done.countDown();
    }

    private static void awaitOf(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
