package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.time.Duration;
import java.util.Optional;

/**
 * Finds out whether a new generation of a target is a change of the pod template that the release had applied: it may
 * come from an autoscaler, or from somebody who has returned to another revision. Asks the server on a worker of the
 * scheduler's, without the lock that guards the state.
 */
final class TemplateQuestion {
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final ClusterPort port;
    private final Scheduler scheduler;
    private final WaitState state;
    private final Mailbox mailbox;

    // Guarded by the state.
    private boolean doubting;

    TemplateQuestion(ClusterPort port, Scheduler scheduler, WaitState state, Mailbox mailbox) {
        this.port = port;
        this.scheduler = scheduler;
        this.state = state;
        this.mailbox = mailbox;
    }

    /** To be called under the state's lock. */
    void askIfDue() {
        if (!doubting && state.doubtful().isPresent()) {
            doubting = true;
            scheduler.offload(this::look);
        }
    }

    private void look() {
        Optional<TargetState> target;
        Optional<Long> generation;
        synchronized (state) {
            target = state.isOver() ? Optional.empty() : state.doubtful();
            generation = target.flatMap(t -> t.doubtful(state.objects()));
            doubting = generation.isPresent();
            if (!doubting) {
                return;
            }
        }
        WaitRequest.Target doubted = target.orElseThrow().target();
        try {
            boolean untouched = AppliedTarget.isUntouched(doubted, port.owned(doubted.ref()));
            mailbox.tell(() -> looked(target.get(), generation.get(), untouched));
        } catch (RuntimeException e) {
            Problem problem = WaitTrouble.of(e);
            mailbox.tell(() -> state.narrator().retrying(problem.attempted(), problem.reason(), INTERVAL));
            scheduler.after(INTERVAL, () -> scheduler.offload(this::look));
        }
    }

    private void looked(TargetState target, long generation, boolean untouched) {
        doubting = false;
        if (untouched) {
            target.untouched(generation);
        } else {
            state.failure()
                    .trouble(ForeignChange.of(target.target(), state.objects().find(target.ref())));
        }
    }
}
