package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;

/**
 * Where in a Dockerfile something stands; makes the errors that name it.
 *
 * @param file as the user named it
 * @param line counted from 1
 */
public record Place(String file, int line) {

    /** An error that points at this line. Both texts are one sentence without a full stop. */
    public ReleaseException refused(String reason, String remedy, String... validValues) {
        return ReleaseException.refused("use the Dockerfile", toString(), reason, remedy, validValues);
    }

    /** {@code Dockerfile:12}. */
    @Override
    public String toString() {
        return file + ":" + line;
    }
}
