package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import java.util.List;

/**
 * An image for one platform as a registry holds it, without its layers' content. Immutable.
 *
 * @param name as it was asked for, with the digest of this platform's manifest
 * @param named what the name stands for: an index, or the manifest itself
 * @param manifest its exact content
 * @param config points to the configuration
 * @param configJson the configuration, verified
 * @param platform what the configuration says; an image without an index may be for another platform than asked for
 * @param layers base first
 */
public record RemoteImage(
        ImageReference name,
        ImageDigest named,
        PulledManifest manifest,
        Descriptor config,
        String configJson,
        Platform platform,
        List<Descriptor> layers) {
    public RemoteImage {
        layers = List.copyOf(layers);
    }
}
