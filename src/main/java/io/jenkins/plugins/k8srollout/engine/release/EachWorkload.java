package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Work on several workloads of which none is to suffer from what the server refuses of another. */
final class EachWorkload {
    private EachWorkload() {}

    /**
     * @param work blocks while the server answers
     * @return those it has failed for, and why
     * @throws ReleaseException if the work is to end
     */
    static Map<ObjectRef, Problem> attempt(Collection<ObjectRef> refs, Consumer<ObjectRef> work) {
        Map<ObjectRef, Problem> failed = new LinkedHashMap<>();
        for (ObjectRef ref : refs) {
            try {
                work.accept(ref);
            } catch (ReleaseException e) {
                if (e.problem().kind() == Problem.Kind.INTERRUPTED) {
                    throw e;
                }
                failed.put(ref, e.problem());
            }
        }
        return failed;
    }

    /** The same where all of it must be tried, whatever is thrown, because somebody waits for the end. */
    static Map<ObjectRef, Problem> all(Collection<ObjectRef> refs, Consumer<ObjectRef> work) {
        Map<ObjectRef, Problem> failed = new LinkedHashMap<>();
        for (ObjectRef ref : refs) {
            try {
                work.accept(ref);
            } catch (RuntimeException e) {
                failed.put(ref, ReleaseLife.problem(e));
            }
        }
        return failed;
    }
}
