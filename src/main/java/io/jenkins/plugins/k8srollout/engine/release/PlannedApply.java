package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyOptions;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyResult;
import io.jenkins.plugins.k8srollout.engine.cluster.OutdatedException;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import java.util.Optional;

/** Applies an object of a plan as the server was asked about it, and to what it was asked about. */
final class PlannedApply {
    private final ClusterPort port;
    private final String release;
    private Optional<KubeObject> now = Optional.empty();

    /** @param release the id of the release that applies */
    PlannedApply(ClusterPort port, String release) {
        this.port = port;
        this.release = release;
    }

    /**
     * Blocks while the server answers. What was asked about and has changed since is looked at again, and the change is
     * made to that, unless another release holds it by now.
     *
     * @param object as the plan has it
     * @param wanted what is applied in its place
     * @param answer the server's to the dry run of {@code object}; null if it was not asked
     * @return from what was there when the server was asked
     */
    ApplyResult apply(KubeObject object, KubeObject wanted, boolean force, ApplyResult answer) {
        if (answer == null) {
            return port.apply(wanted, new ApplyOptions(false, force));
        }
        if (answer.idle() && wanted.equals(object)) {
            return answer; // sent, it would change nothing
        }
        Optional<KubeObject> asked = answer.booked();
        now = asked.or(() -> Optional.of(KubeObject.empty()));
        return GuardedApply.repeat(() -> {
            try {
                return port.apply(wanted, new ApplyOptions(false, force, now)).since(asked);
            } catch (OutdatedException e) {
                now = port.booked(wanted.ref()).or(() -> Optional.of(KubeObject.empty()));
                requireNotTakenOver(asked.orElse(KubeObject.empty()));
                throw e;
            }
        });
    }

    private void requireNotTakenOver(KubeObject asked) {
        Optional<String> holder = holder(now).filter(id -> !id.equals(release));
        if (holder.isPresent() && !holder.equals(holder(Optional.of(asked)))) {
            throw new ReleaseException(new Problem(
                    Problem.Kind.CONFLICT,
                    "release",
                    now.orElse(asked).ref().toString(),
                    "another release, " + holder.get()
                            + ", has begun to replace its pods since this one asked about it",
                    "Wait until that one has ended, or answer it; then release again"));
        }
    }

    private static Optional<String> holder(Optional<KubeObject> workload) {
        return workload.flatMap(Hold::of).map(Hold::release);
    }
}
