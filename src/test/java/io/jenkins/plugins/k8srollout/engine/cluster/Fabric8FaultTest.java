package io.jenkins.plugins.k8srollout.engine.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyOptions;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.testutil.ManualScheduler;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.Test;

/** Faults that pass are tried again, refusals are told at once. */
public class Fabric8FaultTest extends Fabric8ClusterFixture {
    private static final String DENIED =
            "configmaps \"settings\" is forbidden: User \"system:serviceaccount:ci:bot\" cannot"
                    + " get resource \"configmaps\" in API group \"\" in the namespace \"shop\"";

    @Test
    public void passingFaultsAreTriedAgainAndTold() {
        server.answer("GET " + PATH, 429, status(429, "TooManyRequests", "slow down"), "Retry-After", "3")
                .answer("GET " + PATH, 500, status(500, "InternalError", "etcdserver: leader changed"))
                .answer("GET " + PATH, 503, "")
                .answer("GET " + PATH, 504, status(504, "Timeout", "request did not complete"))
                .answer("GET " + PATH, 200, STORED);
        assertThat(cluster.get(SETTINGS).isPresent(), is(true));
        ProgressEvent.Retrying first = sink.of(ProgressEvent.Retrying.class).get(0);
        assertThat(first.attempted(), equalTo("read ConfigMap/shop/settings"));
        assertThat(first.reason(), equalTo("slow down"));
        assertThat(first.delay().toSeconds(), equalTo(3L));
    }

    @Test
    public void interruptedCallIsNotSentAgain() throws Exception {
        ManualScheduler turned = new ManualScheduler();
        CountDownLatch retrying = new CountDownLatch(1);
        ProgressSink told = event -> retrying.countDown();
        String wait = "the server is asked to wait";
        server.answer("PATCH " + PATH, 503, status(503, "ServiceUnavailable", wait), "Retry-After", "3");
        ClusterAccess access = ClusterAccess.server(server.url(), "").withToken("secret-token");
        try (Fabric8Cluster slow = Fabric8Cluster.open(access, turned, turned, told)) {
            CompletableFuture<Problem> failed = new CompletableFuture<>();
            Thread caller = new Thread(() -> failed.complete(problem(() -> slow.apply(CONFIG, ApplyOptions.PLAIN))));
            caller.start();
            assertThat(retrying.await(20, TimeUnit.SECONDS), is(true));
            caller.interrupt();
            assertThat(failed.get(20, TimeUnit.SECONDS).kind(), equalTo(Problem.Kind.INTERRUPTED));
            server.reset("PATCH " + PATH).answer("PATCH " + PATH, 200, STORED);
            turned.advance(Duration.ofMinutes(2));
            assertThat(slow.get(SETTINGS).isPresent(), is(false));
            assertThat(server.requests("PATCH " + PATH), hasSize(1));
        }
    }

    @Test
    public void patienceEnds() {
        server.answer("GET " + PATH, 503, status(503, "ServiceUnavailable", "shutting down"));
        Problem problem = problem(() -> cluster.get(SETTINGS));
        assertThat(problem.kind(), equalTo(Problem.Kind.UNREACHABLE));
        assertThat(problem.reason(), allOf(containsString(server.url()), containsString("shutting down")));
    }

    @Test
    public void refusedConnectionIsToldWithAddressAndTimeTried() {
        server.close();
        Problem problem = problem(cluster::apis);
        assertThat(problem.kind(), equalTo(Problem.Kind.UNREACHABLE));
        assertThat(
                problem.reason(),
                allOf(containsString(server.url()), containsString("refused"), containsString("tried for 9")));
    }

    @Test
    public void unknownHostIsToldAsSuch() {
        Fabric8Cluster nowhere = Fabric8Cluster.open(
                ClusterAccess.server("https://nowhere.invalid:6443", ""), time, time, ProgressSink.NONE);
        Problem problem = problem(nowhere::apis);
        assertThat(problem.kind(), equalTo(Problem.Kind.UNREACHABLE));
        assertThat(problem.reason(), containsString("the host name of the API server"));
    }

    @Test
    public void expiredTokenIsFetchedAnew() {
        Iterator<String> tokens =
                List.of("old", "old", "old", "old", "old", "old", "new").iterator();
        String[] last = {""};
        Fabric8Cluster renewing = open(ClusterAccess.server(server.url(), "").withTokens(() -> {
            last[0] = tokens.hasNext() ? tokens.next() : last[0];
            return last[0];
        }));
        server.answer("GET " + PATH, 401, status(401, "Unauthorized", "Unauthorized"))
                .answer("GET " + PATH, 200, STORED);
        assertThat(renewing.get(SETTINGS).isPresent(), is(true));
        renewing.close();
    }

    @Test
    public void wrongTokenThatCannotBeRenewedFailsAtOnceAndIsNotShown() {
        server.answer("GET " + PATH, 401, status(401, "Unauthorized", "Unauthorized"));
        Problem problem = problem(() -> cluster.get(SETTINGS));
        assertThat(problem.kind(), equalTo(Problem.Kind.NOT_PERMITTED));
        assertThat(problem.sentence(), not(containsString("secret-token")));
        assertThat(sink.events(), empty());
    }

    @Test
    public void serverThatWakesUpMayStillForbid() {
        server.answer("GET " + PATH, 503, "")
                .answer("GET " + PATH, 403, status(403, "Forbidden", DENIED))
                .answer("GET " + PATH, 404, "404 page not found")
                .answer("GET " + PATH, 200, STORED);
        assertThat(cluster.get(SETTINGS).isPresent(), is(true));
    }

    @Test
    public void callersOnAllThreadsOfTheSchedulerStillGetTheirRetries() {
        server.answer("GET " + PATH, 503, "").answer("GET " + PATH, 200, STORED);
        CompletableFuture<Boolean> read = new CompletableFuture<>();
        Fabric8Cluster own = Fabric8Cluster.open(ClusterAccess.server(server.url(), ""), time, sink);
        time.after(Duration.ZERO, () -> read.complete(own.get(SETTINGS).isPresent()));
        assertThat(read.join(), is(true));
        own.close();
    }

    @Test
    public void interruptedCallerGetsAwayAtOnce() throws InterruptedException {
        // A scheduler whose retries never come: only the interrupt can end the call.
        ManualScheduler still = new ManualScheduler();
        Fabric8Cluster waiting = Fabric8Cluster.open(ClusterAccess.server(server.url(), ""), still, still, event -> {});
        server.answer("GET " + PATH, 503, "");
        CompletableFuture<Problem> told = new CompletableFuture<>();
        Thread caller = new Thread(() -> told.complete(problem(() -> waiting.get(SETTINGS))));
        caller.start();
        caller.interrupt();
        assertThat(told.join().kind(), equalTo(Problem.Kind.INTERRUPTED));
        waiting.close();
    }

    @Test
    public void closingEndsCallsThatWaitForTheirNextAttempt() {
        CompletableFuture<Boolean> retrying = new CompletableFuture<>();
        Fabric8Cluster closing =
                Fabric8Cluster.open(ClusterAccess.server(server.url(), ""), time, event -> retrying.complete(true));
        server.answer("GET " + PATH, 503, "", "Retry-After", "60");
        CompletableFuture<Problem> told = new CompletableFuture<>();
        new Thread(() -> told.complete(problem(() -> closing.get(SETTINGS)))).start();
        retrying.join();
        closing.close();
        assertThat(told.join().reason(), containsString("was closed"));
    }

    @Test
    public void forbiddenNamesUserVerbAndRule() {
        server.answer("GET " + PATH, 403, status(403, "Forbidden", DENIED));
        Problem problem = problem(() -> cluster.get(SETTINGS));
        assertThat(problem.kind(), equalTo(Problem.Kind.NOT_PERMITTED));
        assertThat(problem.reason(), equalTo("system:serviceaccount:ci:bot may not get configmaps in namespace shop"));
        assertThat(
                problem.remedy(), containsString("{apiGroups: [\"\"], resources: [\"configmaps\"], verbs: [\"get\"]}"));
    }

    @Test
    public void eachRefusalHasItsKindAndWords() {
        Map<String, Problem.Kind> cases = Map.of(
                status(403, "Forbidden", "pods \"x\" is forbidden: exceeded quota: small"), Problem.Kind.REJECTED,
                status(403, "Forbidden", "violates PodSecurity \"restricted:latest\""), Problem.Kind.REJECTED,
                status(400, "BadRequest", "admission webhook \"a.b\" denied the request: no"), Problem.Kind.REJECTED,
                status(404, "NotFound", "namespaces \"shop\" not found", "{\"name\":\"shop\",\"kind\":\"namespaces\"}"),
                        Problem.Kind.NOT_FOUND,
                status(
                                422,
                                "Invalid",
                                "is invalid",
                                "{\"causes\":[{\"field\":\"a.b\",\"message\":\"bad\"},"
                                        + "{\"field\":\"c\",\"message\":\"worse\"}]}"),
                        Problem.Kind.REJECTED,
                status(415, "UnsupportedMediaType", "the body of the request was in an unknown format"),
                        Problem.Kind.REJECTED,
                status(
                                500,
                                "InternalError",
                                "failed to create typed patch object: .spec.x: field not declared in schema"),
                        Problem.Kind.REJECTED);
        cases.forEach((body, kind) -> {
            int code = (int) parsed(body).numberOr(0, "code");
            server.reset("PATCH " + PATH).answer("PATCH " + PATH, code, body);
            Problem problem = problem(() -> cluster.apply(CONFIG, ApplyOptions.PLAIN));
            assertThat(body, problem.kind(), equalTo(kind));
            if (code == 422) {
                assertThat(problem.reason(), equalTo("a.b: bad; c: worse"));
            }
        });
        assertThat("none of them was tried again", sink.events(), empty());
    }

    @Test
    public void plainHttpToAServerThatWantsTlsIsNoFaultOfTheManifest() {
        server.answer("GET " + PATH, 400, "Client sent an HTTP request to an HTTPS server.");
        Problem problem = problem(() -> cluster.get(SETTINGS));
        assertThat(problem.kind(), equalTo(Problem.Kind.UNREACHABLE));
        assertThat(problem.remedy(), containsString("https://"));
    }

    @Test
    public void webhookThatIsAwayIsTriedForAWhileAndQuoted() {
        server.answer(
                "PATCH " + PATH, 500, status(500, "InternalError", "failed calling webhook \"w\": connection refused"));
        Problem problem = problem(() -> cluster.apply(CONFIG, ApplyOptions.PLAIN));
        assertThat(problem.kind(), equalTo(Problem.Kind.REJECTED));
        assertThat(problem.reason(), containsString("failed calling webhook \"w\""));
        assertThat(server.requests("PATCH " + PATH).size(), greaterThan(3));
    }
}
