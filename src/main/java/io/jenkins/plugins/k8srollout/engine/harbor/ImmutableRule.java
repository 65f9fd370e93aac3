package io.jenkins.plugins.k8srollout.engine.harbor;

/**
 * A rule by which tags, once pushed, never mean another image.
 *
 * @param repositories the pattern of repositories, as in {@code matching **}
 * @param tags the pattern of tags, as in {@code matching v*}
 */
public record ImmutableRule(String repositories, String tags) {
    /** {@code tags matching v* in repositories matching **}. */
    @Override
    public String toString() {
        return "tags " + tags + " in repositories " + repositories;
    }
}
