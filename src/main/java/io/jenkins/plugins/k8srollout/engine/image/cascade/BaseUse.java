package io.jenkins.plugins.k8srollout.engine.image.cascade;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Place;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;

/**
 * One place where a Dockerfile names an image of a registry.
 *
 * @param place where the instruction begins
 * @param keyword {@code FROM} or {@code COPY}
 * @param written the name as it stands there, variables and all
 * @param image what it means
 */
record BaseUse(Place place, String keyword, String written, ImageReference image) {
    /** Whether the name can mean another image tomorrow. */
    boolean floats() {
        return image.digest().isEmpty();
    }
}
