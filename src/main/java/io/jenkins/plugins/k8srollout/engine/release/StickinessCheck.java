package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.affinity.AffinityPlan;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.model.WebAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;

/**
 * Proves that sessions stick, from outside: a few clients send requests and keep their cookies as browsers do. Because
 * controllers take a moment to read new settings, a round that fails is repeated until the time is up. Never blocks.
 */
public final class StickinessCheck {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /**
     * What to ask.
     *
     * @param url an http or https address that the Ingress serves, without a user
     * @param cookie the affinity cookie's name
     * @param clients how many clients; more show better how they spread
     * @param requests how many requests each sends
     * @param patience how long the controller may take to read its settings
     */
    public record Probe(URI url, String cookie, int clients, int requests, Duration patience) {
        public static final int DEFAULT_CLIENTS = 6;
        public static final int DEFAULT_REQUESTS = 4;
        public static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(30);

        /**
         * Of what {@code plan} will have set, with the default numbers.
         *
         * @throws ReleaseException (refused input) if the address is none, or nothing in requests would prove it
         */
        public static Probe of(String url, AffinityPlan plan) {
            String cookie = plan.cookie()
                    .orElseThrow(() -> ReleaseException.refused(
                            "prove that sessions stick",
                            WebAddress.shown(WebAddress.parse("read verify", url)),
                            plan.controller() + " has no cookie of a known name that keeps its value",
                            "Leave verify out"));
            return of(url, cookie);
        }

        /** With the default numbers. */
        public static Probe of(String url, String cookie) {
            return new Probe(
                    WebAddress.parse("read verify", url), cookie, DEFAULT_CLIENTS, DEFAULT_REQUESTS, DEFAULT_PATIENCE);
        }
    }

    private final Scheduler scheduler;
    private final ProgressSink sink;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(5))
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();

    public StickinessCheck(Scheduler scheduler, ProgressSink sink) {
        this.scheduler = scheduler;
        this.sink = sink;
    }

    /**
     * Starts asking.
     *
     * @return completes with the proof, or exceptionally with a {@link ReleaseException} (unhealthy) that says what was
     *     seen instead; cancelling it ends the asking
     */
    public CompletableFuture<StickinessReport> start(Probe probe) {
        CompletableFuture<StickinessReport> outcome = new CompletableFuture<>();
        round(probe, scheduler.now().plus(probe.patience()), outcome);
        return outcome;
    }

    private void round(Probe probe, Instant deadline, CompletableFuture<StickinessReport> outcome) {
        if (outcome.isDone()) {
            return;
        }
        List<CompletableFuture<StickinessReport.Client>> clients = IntStream.range(0, probe.clients())
                .mapToObj(i -> new StickinessClient(http, probe).ask())
                .toList();
        CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new)).whenComplete((nothing, failure) -> {
            if (failure != null) {
                again(probe, deadline, outcome, words(failure));
                return;
            }
            StickinessReport report = new StickinessReport(
                    probe.cookie(),
                    clients.stream().map(CompletableFuture::join).toList());
            report.fault().ifPresentOrElse(fault -> again(probe, deadline, outcome, fault), () -> {
                sink.accept(new ProgressEvent.Notice(Severity.INFO, "Sessions stick: " + report.summary()));
                outcome.complete(report);
            });
        });
    }

    private void again(Probe probe, Instant deadline, CompletableFuture<StickinessReport> outcome, String reason) {
        if (outcome.isDone()) {
            return;
        }
        if (scheduler.now().plus(PAUSE).isAfter(deadline)) {
            outcome.completeExceptionally(new ReleaseException(new Problem(
                    Problem.Kind.UNHEALTHY,
                    "see sessions stick",
                    WebAddress.shown(probe.url()),
                    reason + ", still so after " + probe.patience().toSeconds() + " s",
                    "Check that this address is served by the Ingress in question and that its controller has read the"
                            + " settings")));
            return;
        }
        sink.accept(new ProgressEvent.Retrying("see sessions stick", reason, PAUSE));
        Cancellable next = scheduler.after(PAUSE, () -> round(probe, deadline, outcome));
        outcome.whenComplete((report, failure) -> next.cancel());
    }

    private static String words(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String message = cause.getMessage();
        return "the request failed: " + (message == null ? cause.getClass().getSimpleName() : message);
    }
}
