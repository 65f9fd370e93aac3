package io.jenkins.plugins.k8srollout.engine.strategy;

import io.jenkins.plugins.k8srollout.engine.model.BatchSizes;
import java.util.ArrayList;
import java.util.List;

/**
 * How many pods are new after each batch. Each batch replaces at least one pod, and the last all that are left, so that
 * a workload of few replicas takes fewer batches than asked for, and one without any takes none. Only the steps of a
 * canary may be without a pod of their own: their weights differ all the same. Immutable.
 *
 * @param targets never less than before; the last is the number of all pods
 */
public record BatchPlan(List<Integer> targets) {
    public BatchPlan {
        targets = List.copyOf(targets);
    }

    /** @param pods how many pods are to be replaced; not negative */
    public static BatchPlan of(BatchSizes sizes, int pods) {
        List<Integer> targets = new ArrayList<>();
        int done = 0;
        for (int i = 1; done < pods; i++) {
            int next = Math.min(pods, next(sizes, pods, done, i));
            boolean step = sizes.cumulative() && i <= sizes.each().size();
            if (next > done || step) {
                targets.add(Math.max(next, done));
                done = Math.max(next, done);
            }
        }
        return new BatchPlan(targets);
    }

    private static int next(BatchSizes sizes, int pods, int done, int batch) {
        if (sizes.count() > 0) {
            return (int) (((long) pods * batch + sizes.count() - 1) / sizes.count());
        }
        if (batch > sizes.each().size()) {
            return pods;
        }
        BatchSizes.Size each = sizes.each().get(batch - 1);
        int size = each.of(pods);
        int most = sizes.keepsOne() && !each.isAll() ? Math.max(1, pods - 1) : pods;
        return Math.min(most, sizes.cumulative() ? size : done + size);
    }

    public int batches() {
        return targets.size();
    }

    /** How many pods are new after a batch, from 1; 0 before the first, and all of them after the last. */
    public int after(int batch) {
        return batch < 1 || targets.isEmpty() ? 0 : targets.get(Math.min(batch, targets.size()) - 1);
    }
}
