package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryAccess;
import java.io.Serializable;

/**
 * How to reach each registry that a build meets: the target's, and those of base images. Serializable only to travel to
 * an agent; it holds credentials.
 */
@FunctionalInterface
public interface Registries extends Serializable {
    /**
     * Never null: a registry that is not configured is asked anonymously and over TLS.
     *
     * @param registry host with optional port, as in image names
     */
    RegistryAccess access(String registry);
}
