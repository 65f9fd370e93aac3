package io.jenkins.plugins.k8srollout.testutil;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A cluster as a process sees it that is about to end: after so many changes no call is answered any more. Releases kept
 * as Secrets do not count, so that each count is another change of what users own. Not thread-safe.
 */
public final class MortalCluster implements ClusterPort {
    private final ClusterPort cluster;
    private final Runnable after;
    private int left;
    private boolean dead;
    private boolean stumbles;
    private boolean stumbled;

    /** @param changes how many are made before the process ends, in the middle of the next */
    public MortalCluster(ClusterPort cluster, int changes) {
        this(cluster, changes, () -> {});
    }

    /** @param after called after each change, with the cluster as the change has left it */
    public MortalCluster(ClusterPort cluster, int changes, Runnable after) {
        this.cluster = cluster;
        this.left = changes;
        this.after = after;
    }

    /**
     * A cluster that refuses one change, as a webhook does that is away for a moment, and takes all others.
     *
     * @param changes how many are made before that
     */
    public static MortalCluster stumbling(ClusterPort cluster, int changes, Runnable after) {
        MortalCluster made = new MortalCluster(cluster, changes, after);
        made.stumbles = true;
        return made;
    }

    /** Whether a change was refused. */
    public boolean hasStumbled() {
        return stumbled;
    }

    /** Whether there was a change too many. */
    public boolean isDead() {
        return dead;
    }

    private <T> T change(ObjectRef ref, Supplier<T> call) {
        boolean late = !ref.name().startsWith("k8s-rollout.") && left-- <= 0;
        if (late && stumbles && !stumbled) {
            stumbled = true;
            throw new ReleaseException(
                    new Problem(Problem.Kind.REJECTED, "change", ref.toString(), "the webhook is away", "Try again"));
        }
        dead |= late && !stumbles;
        T result = read(call);
        after.run();
        return result;
    }

    private <T> T read(Supplier<T> call) {
        if (dead) {
            throw new ReleaseException(
                    new Problem(Problem.Kind.UNREACHABLE, "ask", address(), "the process has ended", ""));
        }
        return call.get();
    }

    @Override
    public ServedApis apis() {
        return read(cluster::apis);
    }

    @Override
    public Optional<KubeObject> get(ObjectRef ref) {
        return read(() -> cluster.get(ref));
    }

    @Override
    public List<KubeObject> list(Selection selection) {
        return read(() -> cluster.list(selection));
    }

    @Override
    public List<KubeObject> listMetadata(Selection selection) {
        return read(() -> cluster.listMetadata(selection));
    }

    @Override
    public ApplyResult apply(KubeObject desired, ApplyOptions options) {
        return options.dryRun()
                ? read(() -> cluster.apply(desired, options))
                : change(desired.ref(), () -> cluster.apply(desired, options));
    }

    @Override
    public KubeObject create(KubeObject object) {
        return change(object.ref(), () -> cluster.create(object));
    }

    @Override
    public Optional<KubeObject> owned(ObjectRef ref) {
        return read(() -> cluster.owned(ref));
    }

    @Override
    public KubeObject owned(KubeObject booked) {
        return cluster.owned(booked);
    }

    @Override
    public Optional<KubeObject> booked(ObjectRef ref) {
        return read(() -> cluster.booked(ref));
    }

    @Override
    public KubeObject patch(ObjectRef ref, KubeObject patch) {
        return change(ref, () -> cluster.patch(ref, patch));
    }

    @Override
    public void delete(ObjectRef ref) {
        change(ref, () -> {
            cluster.delete(ref);
            return ref;
        });
    }

    @Override
    public void delete(ObjectRef ref, String uid) {
        change(ref, () -> {
            cluster.delete(ref, uid);
            return ref;
        });
    }

    @Override
    public Cancellable watch(Selection selection, WatchListener listener) {
        return read(() -> cluster.watch(selection, listener));
    }

    @Override
    public List<String> logs(ObjectRef pod, String container, boolean previous, int lines) {
        return read(() -> cluster.logs(pod, container, previous, lines));
    }

    @Override
    public List<AccessRight> missingRights(List<AccessRight> wanted) {
        return read(() -> cluster.missingRights(wanted));
    }

    @Override
    public Optional<String> identity() {
        return read(cluster::identity);
    }

    @Override
    public String address() {
        return cluster.address();
    }

    @Override
    public void close() {}
}
