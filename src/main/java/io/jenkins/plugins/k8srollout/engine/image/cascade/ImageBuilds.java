package io.jenkins.plugins.k8srollout.engine.image.cascade;

import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuildRequest;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuildResult;
import io.jenkins.plugins.k8srollout.engine.workspace.Workspace;

/** Builds one image and pushes it; called from several threads at the same time. */
@FunctionalInterface
public interface ImageBuilds {
    /** Makes the calling thread wait; interrupting it ends the build. */
    ImageBuildResult build(ImageBuildRequest request, Workspace workspace);
}
