package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;

/**
 * An object has changed since it was read, so that what was to be made of it has to be decided anew. Ordinary: the
 * writes of a workload's controller count, too.
 */
public final class OutdatedException extends ReleaseException {
    private static final long serialVersionUID = 1L;

    public OutdatedException(ObjectRef ref) {
        super(new Problem(
                Problem.Kind.CONFLICT,
                "apply",
                ref.toString(),
                "it has been changed since it was read",
                "Let one release at a time change it; then try again"));
    }
}
