package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.layer.LayerEntry;
import io.jenkins.plugins.k8srollout.engine.image.registry.Descriptor;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import java.util.List;

/** A layer of the image to be. */
sealed interface PlannedLayer {

    /** One that a base image already has, taken over by reference. */
    record Base(Descriptor descriptor, ImageDigest diffId, ImageReference origin) implements PlannedLayer {}

    /** One of our own. */
    record Own(List<LayerEntry> entries) implements PlannedLayer {
        public Own {
            entries = List.copyOf(entries);
        }
    }
}
