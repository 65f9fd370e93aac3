package io.jenkins.plugins.k8srollout.run;

import hudson.model.InvisibleAction;
import hudson.model.Run;
import java.util.Optional;

/**
 * What a build has released last, for {@code waitHealthy}. An ordinary class with plain fields, because it is kept in the
 * build's file.
 */
public final class ReleaseAction extends InvisibleAction {
    // The configured name and not the access, whose credentials are looked up anew for each use.
    private final String cluster;
    private final String namespace;
    // A WaitRequest as text, which stays readable when its classes change.
    private final String targets;

    public ReleaseAction(String cluster, String namespace, String targets) {
        this.cluster = cluster;
        this.namespace = namespace;
        this.targets = targets;
    }

    public static Optional<ReleaseAction> lastOf(Run<?, ?> build) {
        return Optional.ofNullable(build.getAction(ReleaseAction.class));
    }

    /** Takes the place of what the build has released before. */
    public void attachTo(Run<?, ?> build) {
        build.replaceAction(this);
    }

    public String cluster() {
        return cluster;
    }

    public String namespace() {
        return namespace;
    }

    public String targets() {
        return targets;
    }
}
