package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.testutil.ManualScheduler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** A balancer in miniature: two pods, and cookies that bind or do not. */
public class StickinessCheckTest {
    private final ManualScheduler scheduler = new ManualScheduler();
    private final AtomicInteger requests = new AtomicInteger();
    private HttpServer server;
    private volatile int failures;
    private volatile Mode mode = Mode.STICKY;

    private enum Mode {
        STICKY,
        BODY_THAT_NEVER_ENDS,
        NO_COOKIE,
        IGNORES_COOKIE,
        NEW_COOKIE_EACH_TIME
    }

    @Before
    public void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            int number = requests.incrementAndGet();
            Optional<String> sent = Optional.ofNullable(
                            exchange.getRequestHeaders().getFirst("Cookie"))
                    .filter(c -> c.contains("route="))
                    .map(c -> c.replaceAll(".*route=\"?(pod-\\d).*", "$1"));
            String pod = mode == Mode.IGNORES_COOKIE ? "pod-" + number % 2 : sent.orElse("pod-" + number % 2);
            if (mode != Mode.NO_COOKIE && (sent.isEmpty() || mode == Mode.NEW_COOKIE_EACH_TIME)) {
                String value = mode == Mode.NEW_COOKIE_EACH_TIME ? pod + number : pod;
                exchange.getResponseHeaders().add("Set-Cookie", "route=" + value + "; Path=/; HttpOnly");
            }
            exchange.getResponseHeaders().add("X-Pod-Name", pod);
            if (mode == Mode.BODY_THAT_NEVER_ENDS) {
                exchange.sendResponseHeaders(200, 1_000_000);
                return;
            }
            exchange.sendResponseHeaders(number <= failures ? 503 : 200, -1);
            exchange.close();
        });
        server.start();
    }

    @After
    public void stop() {
        server.stop(0);
    }

    @Test
    public void seesSessionsStickAndClientsSpread() throws Exception {
        StickinessReport report = check().get();

        assertThat(report.pods(), is(Set.of("pod-0", "pod-1")));
        assertThat(report.summary(), containsString("6 clients, 24 requests, each client kept its cookie; 2 pods"));
    }

    @Test
    public void waitsForTheControllerToReadItsSettings() throws Exception {
        failures = 30; // the first round and a part of the second

        assertThat(check().get().fault(), is(Optional.empty()));
    }

    @Test
    public void needsNoMoreThanTheHeaders() throws Exception {
        mode = Mode.BODY_THAT_NEVER_ENDS;

        assertThat(check().get().fault(), is(Optional.empty()));
    }

    @Test
    public void missesTheCookie() {
        assertFault(Mode.NO_COOKIE, "client 1 of 6 was not given a cookie named route, still so after 30 s");
    }

    @Test
    public void seesClientsWander() {
        assertFault(Mode.IGNORES_COOKIE, "was answered by pod-");
    }

    @Test
    public void seesTheCookieChange() {
        assertFault(Mode.NEW_COOKIE_EACH_TIME, "was given another value of the cookie route although it sent one");
    }

    @Test
    public void refusesWhatIsNoWebAddress() {
        ReleaseException refused =
                assertThrows(ReleaseException.class, () -> StickinessCheck.Probe.of("ftp://shop.example.com", "route"));
        assertThat(refused.getMessage(), containsString("it is not an absolute http or https address"));
        assertThrows(ReleaseException.class, () -> StickinessCheck.Probe.of("not a url", "route"));
    }

    private void assertFault(Mode wrong, String message) {
        mode = wrong;
        ExecutionException failed = assertThrows(ExecutionException.class, () -> check().get());
        ReleaseException cause = (ReleaseException) failed.getCause();
        assertThat(cause.problem().kind(), is(Problem.Kind.UNHEALTHY));
        assertThat(cause.getMessage(), containsString(message));
    }

    private CompletableFuture<StickinessReport> check() {
        // A retry is told before it is scheduled, so time is turned on another thread, once it is.
        StickinessCheck check = new StickinessCheck(scheduler, event -> {
            if (event instanceof ProgressEvent.Retrying) {
                CompletableFuture.runAsync(this::turnTime);
            }
        });
        return check.start(StickinessCheck.Probe.of(
                "http://127.0.0.1:" + server.getAddress().getPort() + "/", "route"));
    }

    private void turnTime() {
        while (scheduler.pending() == 0) {
            Thread.onSpinWait();
        }
        scheduler.advance(Duration.ofSeconds(1));
    }
}
