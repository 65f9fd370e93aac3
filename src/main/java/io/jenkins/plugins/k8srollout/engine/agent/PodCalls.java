package io.jenkins.plugins.k8srollout.engine.agent;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Requests about single pods that are made again, later each time, until the cluster has answered. No method waits: the
 * requests are made, and answers given, on the scheduler's callers. Thread-safe.
 */
final class PodCalls {
    private static final Logger LOGGER = Logger.getLogger(PodCalls.class.getName());
    private static final Duration AGAIN = Duration.ofSeconds(15);
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final ClusterPort port;
    private final Scheduler scheduler;
    private volatile boolean closed;

    PodCalls(ClusterPort port, Scheduler scheduler) {
        this.port = port;
        this.scheduler = scheduler;
    }

    /** @param done called when the cluster has agreed; so does it if there is no such pod */
    void remove(ObjectRef pod, Runnable done) {
        soon("remove " + pod, AGAIN, () -> {
            port.delete(pod);
            return done;
        });
    }

    /** @param answer given the pod as it is now, empty if it does not exist */
    void find(ObjectRef pod, Consumer<Optional<KubeObject>> answer) {
        soon("look for " + pod, AGAIN, () -> {
            Optional<KubeObject> found = port.get(pod);
            return () -> answer.accept(found);
        });
    }

    private interface Call {
        Runnable make();
    }

    private void soon(String what, Duration patience, Call call) {
        scheduler.offload(() -> attempt(what, patience, call));
    }

    private void attempt(String what, Duration patience, Call call) {
        if (closed) {
            return; // what is left is an orphan to whoever comes next
        }
        Runnable then;
        try {
            then = call.make();
        } catch (ReleaseException e) {
            LOGGER.log(Level.WARNING, "Could not {0}, tried again soon: {1}", new Object[] {what, e.getMessage()});
            Duration doubled = patience.multipliedBy(2);
            Duration next = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
            scheduler.after(patience, () -> soon(what, next, call));
            return;
        }
        then.run();
    }

    /** No request is made any more. */
    void close() {
        closed = true;
    }
}
