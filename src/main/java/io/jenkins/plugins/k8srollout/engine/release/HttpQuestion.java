package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.HttpCheck;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.release.HealthyPeriod.Proof;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * The HTTP check of a wait: asked once in each period in which all targets are healthy, and again until it answers as
 * expected. Asks on a worker of the scheduler's, without the lock that guards the state.
 */
final class HttpQuestion {
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final Optional<HttpCheck> check;
    private final Function<HttpCheck, Optional<String>> http;
    private final Scheduler scheduler;
    private final WaitState state;
    private final Mailbox mailbox;

    // Guarded by the state.
    private boolean probing;

    /** @param http makes one attempt; answers what is wrong, or empty if the check has passed */
    HttpQuestion(
            Optional<HttpCheck> check,
            Function<HttpCheck, Optional<String>> http,
            Scheduler scheduler,
            WaitState state,
            Mailbox mailbox) {
        this.check = check;
        this.http = http;
        this.scheduler = scheduler;
        this.state = state;
        this.mailbox = mailbox;
    }

    /** To be called under the state's lock. */
    void askIfDue() {
        if (state.period().isHealthy() && state.period().lacks(Proof.ANSWERED) && !probing) {
            probing = true;
            scheduler.offload(this::probe);
        }
    }

    private void probe() {
        int asked;
        synchronized (state) {
            asked = state.period().number();
            probing = state.period().isHealthy() && !state.isOver();
            if (!probing) {
                return;
            }
        }
        try {
            HttpCheck wanted = check.orElseThrow();
            Optional<String> reason = http.apply(wanted);
            mailbox.tell(() -> answered(wanted, asked, reason));
        } catch (Throwable e) {
            mailbox.tell(() -> state.failure().trouble(WaitTrouble.of(e)));
        }
    }

    private void answered(HttpCheck wanted, int asked, Optional<String> reason) {
        if (reason.isEmpty()) {
            probing = false;
            state.period().prove(Proof.ANSWERED, asked);
            state.narrator().remark(Finding.Severity.INFO, wanted.shown() + " answers as expected");
        } else {
            state.failure().unanswered(wanted.shown() + ": " + reason.get());
            state.narrator().retrying("GET " + wanted.shown(), reason.get(), INTERVAL);
            scheduler.after(INTERVAL, () -> scheduler.offload(this::probe));
        }
    }
}
