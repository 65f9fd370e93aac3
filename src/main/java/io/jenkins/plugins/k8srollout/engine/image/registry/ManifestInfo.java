package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;

/**
 * What a registry says of a manifest without sending it.
 *
 * @param mediaType without parameters
 * @param size in bytes; -1 where the registry does not say
 */
public record ManifestInfo(String mediaType, ImageDigest digest, long size) {}
