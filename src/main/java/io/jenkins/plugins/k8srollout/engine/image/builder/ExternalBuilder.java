package io.jenkins.plugins.k8srollout.engine.image.builder;

import java.util.Optional;

/** A program that builds images, with an interface of its own. */
interface ExternalBuilder {
    BuilderChoice kind();

    /** Why it cannot be used on this machine; empty if it can. Starts the program to find out. */
    Optional<String> obstacle();

    ImageBuildResult build(ImageBuildRequest request, BuildInput input);
}
