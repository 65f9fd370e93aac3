package io.jenkins.plugins.k8srollout.engine.image.registry;

import static io.jenkins.plugins.k8srollout.engine.image.registry.RegistryFixture.problem;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.Retrying;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.testutil.ScriptedServer;
import io.jenkins.plugins.k8srollout.testutil.ScriptedServer.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.Rule;
import org.junit.Test;

public class RegistryRetryTest {
    private static final ImageDigest DIGEST = ImageDigest.of(new byte[] {1});
    private static final String BLOB = "HEAD /v2/shop/web/blobs/" + DIGEST;

    @Rule
    public final RegistryFixture it = new RegistryFixture();

    @Test
    public void aFailureThatPassesIsTriedAgainAndTold() {
        it.server.on(BLOB, Reply.status(503), Reply.status(500), Reply.status(408), Reply.status(200));
        assertThat(it.client().hasBlob("shop/web", DIGEST), is(true));
        List<Retrying> told = it.sink.of(Retrying.class);
        assertThat(told, hasSize(3));
        assertThat(told.get(0).attempted(), is("look for the blob"));
        assertThat(told.get(0).reason(), containsString("503"));
        assertThat(told.stream().map(Retrying::delay).toList(), is(it.scheduler.delays()));
    }

    @Test
    public void retryAfterInSecondsIsHonoured() {
        it.server.on(BLOB, Reply.status(429).header("Retry-After", "17"), Reply.status(200));
        it.client().hasBlob("shop/web", DIGEST);
        assertThat(it.scheduler.delays(), contains(Duration.ofSeconds(17)));
    }

    @Test
    public void retryAfterAsADateIsHonoured() {
        it.server.on(BLOB, Reply.status(503).header("Retry-After", "Thu, 01 Jan 2026 00:00:21 GMT"), Reply.status(200));
        it.client().hasBlob("shop/web", DIGEST);
        assertThat(it.scheduler.delays(), contains(Duration.ofSeconds(21)));
    }

    @Test
    public void aRetryAfterBeyondThePatienceFailsAtOnce() {
        it.server.on(
                BLOB,
                Reply.status(429)
                        .header("Retry-After", "3600")
                        .json("{\"errors\":[{\"code\":\"TOOMANYREQUESTS\",\"message\":\"pull rate limit\"}]}"));
        Problem problem = problem(() -> it.client().hasBlob("shop/web", DIGEST));
        assertThat(problem.kind(), is(Problem.Kind.UNREACHABLE));
        assertThat(problem.reason(), allOf(containsString("429"), containsString("it asks to wait 3600 s")));
        assertThat(problem.remedy(), containsString("higher limit"));
        assertThat(it.scheduler.delays(), hasSize(0));
    }

    @Test
    public void patienceEndsAfterAMinuteAndDelaysGrow() {
        it.server.otherwise(request -> Reply.status(502));
        Problem problem = problem(() -> it.client().hasBlob("shop/web", DIGEST));
        assertThat(problem.kind(), is(Problem.Kind.UNREACHABLE));
        assertThat(problem.reason(), containsString("502"));
        assertThat(problem.reason(), containsString("tried "));
        Duration waited = it.scheduler.delays().stream().reduce(Duration.ZERO, Duration::plus);
        assertThat(waited, greaterThan(Duration.ofSeconds(50)));
        assertThat(waited, lessThan(Duration.ofSeconds(61)));
        assertThat(it.scheduler.delays().size(), lessThan(100));
    }

    @Test
    public void aRegistryThatComesBackAfterTwentySecondsIsNotLost() {
        it.server.otherwise(request -> {
            boolean down = it.scheduler.now().isBefore(java.time.Instant.parse("2026-01-01T00:00:20Z"));
            return down ? Reply.hangUp(0) : Reply.status(200);
        });
        assertThat(it.client().hasBlob("shop/web", DIGEST), is(true));
    }

    @Test
    public void aRefusedConnectionIsTriedAgainThenExplained() {
        ScriptedServer gone = ScriptedServer.start();
        String authority = gone.authority();
        gone.close();
        RegistryClient client =
                open(RegistryAccess.builder(authority).plainHttp(true).build());
        Problem problem = problem(() -> client.hasBlob("shop/web", DIGEST));
        assertThat(problem.kind(), is(Problem.Kind.UNREACHABLE));
        assertThat(problem.reason(), containsString("http://" + authority + ": the connection was refused"));
        assertThat(it.sink.of(Retrying.class).size(), greaterThanOrEqualTo(5));
    }

    @Test
    public void anUnknownHostIsNotTriedForLong() {
        RegistryClient client =
                open(RegistryAccess.builder("registry.invalid").plainHttp(true).build());
        Problem problem = problem(() -> client.hasBlob("shop/web", DIGEST));
        assertThat(problem.reason(), containsString("the host name is unknown"));
        Duration waited = it.scheduler.delays().stream().reduce(Duration.ZERO, Duration::plus);
        assertThat(waited, lessThan(Duration.ofSeconds(6)));
    }

    @Test
    public void testConnectionFailsAtOnce() {
        it.server.otherwise(request -> Reply.status(503));
        assertThat(problem(() -> it.client().ping()).kind(), is(Problem.Kind.UNREACHABLE));
        assertThat(it.server.lines(), hasSize(1));
    }

    @Test
    public void aRefusalIsNotTriedAgain() {
        it.server.otherwise(request -> Reply.status(403));
        assertThat(problem(() -> it.client().hasBlob("shop/web", DIGEST)).kind(), is(Problem.Kind.NOT_PERMITTED));
        assertThat(it.server.lines(), hasSize(1));
    }

    @Test
    public void silenceIsEndedAndTriedAgain() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        it.server.on(BLOB, Reply.status(200).doing(request -> {
            asked.countDown();
            await(done);
        }));
        it.server.otherwise(request -> Reply.status(200));
        CompletableFuture<Boolean> answer =
                CompletableFuture.supplyAsync(() -> it.client().hasBlob("shop/web", DIGEST));
        asked.await();
        it.scheduler.runWatchdogs(Duration.ofSeconds(60));
        assertThat(answer.get(), is(true));
        assertThat(it.sink.of(Retrying.class).get(0).reason(), containsString("nothing moved for 60 s"));
        done.countDown();
    }

    @Test
    public void silenceInTheMiddleOfABlobIsEndedAndTheBlobGoesOn() throws Exception {
        byte[] content = RegistryFixture.random(100_000);
        ImageDigest digest = it.registry.addBlob("shop/web", content);
        CountDownLatch done = new CountDownLatch(1);
        it.server.on(
                "GET /v2/shop/web/blobs/" + digest,
                Reply.status(200).body(content).stopAfter(30_000, () -> await(done)));
        // the clock may be turned once more than needed: that must not end the patience
        RegistryClient client = it.client(access -> access.patience(Duration.ofHours(1)));
        try (InputStream stream = client.blob("shop/web", digest)) {
            byte[] first = stream.readNBytes(30_000);
            CompletableFuture<byte[]> rest = CompletableFuture.supplyAsync(() -> {
                try {
                    return stream.readAllBytes();
                } catch (IOException e) {
                    throw new UncheckedIOException("the stream recovers by itself", e);
                }
            });
            while (it.sink.of(Retrying.class).isEmpty()) {
                it.scheduler.runWatchdogs(Duration.ofSeconds(60));
                Thread.onSpinWait();
            }
            assertThat(first.length + rest.get().length, is(content.length));
        } finally {
            done.countDown();
        }
    }

    @Test
    public void closingEndsTheWait() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        it.server.otherwise(request -> {
            asked.countDown();
            await(done);
            return Reply.status(200);
        });
        RegistryClient client = it.client();
        CompletableFuture<Problem> failed =
                CompletableFuture.supplyAsync(() -> problem(() -> client.hasBlob("shop/web", DIGEST)));
        asked.await();
        client.close();
        assertThat(failed.get().kind(), is(Problem.Kind.INTERRUPTED));
        done.countDown();
    }

    @Test
    public void interruptingEndsTheWait() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        it.server.otherwise(request -> {
            asked.countDown();
            await(done);
            return Reply.status(200);
        });
        AtomicReference<Problem> seen = new AtomicReference<>();
        RegistryClient client = it.client();
        Thread worker = new Thread(() -> seen.set(problem(() -> client.hasBlob("shop/web", DIGEST))));
        worker.start();
        asked.await();
        worker.interrupt();
        worker.join();
        assertThat(seen.get().kind(), is(Problem.Kind.INTERRUPTED));
        done.countDown();
    }

    @Test
    public void realTimePassesToo() {
        it.server.on(BLOB, Reply.status(503), Reply.status(200));
        try (RegistryClient client = RegistryClient.open(
                RegistryAccess.builder(it.registry.authority()).plainHttp(true).build(), ProgressSink.NONE)) {
            assertThat(client.hasBlob("shop/web", DIGEST), is(true));
        }
    }

    private RegistryClient open(RegistryAccess access) {
        return RegistryClient.open(access, it.sink, it.scheduler);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
