package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;

/**
 * Tells which applies change nothing at all, neither a value nor its owner, as far as that is certain without the server:
 * a value that it stores in another form than it was given ({@code 1000m} as {@code 1}) counts as different. Pure.
 *
 * @see <a href="https://github.com/kubernetes-sigs/structured-merge-diff/blob/master/merge/update.go">what an apply does</a>
 */
final class IdleApply {
    private IdleApply() {}

    /**
     * @param live the object with its {@code managedFields}
     * @param wanted as it would be sent
     */
    static boolean is(KubeObject live, KubeObject wanted) {
        List<KubeObject> entries = live.children("metadata", "managedFields");
        List<KubeObject> applied = entries.stream()
                .filter(e -> e.text("manager").orElse("").equals(ClusterPort.FIELD_MANAGER)
                        && e.text("operation").orElse("").equals("Apply")
                        && e.text("subresource").orElse("").isEmpty())
                .toList();
        // Of an object that only exists, as a bare ServiceAccount, nothing is booked.
        return applied.size() < 2
                && applied.stream()
                        .allMatch(e -> e.text("apiVersion").orElse("").equals(wanted.apiVersion()))
                && !live.has("metadata", "deletionTimestamp")
                && new KubectlFields(live).remaining(live).size() == entries.size()
                && OwnedFields.of(live, ClusterPort.FIELD_MANAGER).equals(wanted);
    }

    /** Whether an apply, or its dry run, has left an object as it was; only times in its books may differ. */
    static boolean isSame(KubeObject before, KubeObject after) {
        return timeless(before).equals(timeless(after));
    }

    private static KubeObject timeless(KubeObject object) {
        List<KubeObject> entries = object.children("metadata", "managedFields").stream()
                .map(e -> e.without("time"))
                .toList();
        return object.without("metadata", "resourceVersion").with(entries, "metadata", "managedFields");
    }
}
