package io.jenkins.plugins.k8srollout.run;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.model.EnvironmentContributingAction;
import hudson.model.InvisibleAction;
import hudson.model.Run;
import java.util.Map;

/**
 * The last image that a freestyle job has built, for whatever comes after it in the build. An ordinary class with plain
 * fields, because it is kept in the build's file.
 */
public final class ImageVariables extends InvisibleAction implements EnvironmentContributingAction {
    private final String pinned;
    private final String repository;
    private final String digest;

    public ImageVariables(ImageResult image) {
        pinned = image.getPinned();
        repository = image.getImage();
        digest = image.getDigest();
    }

    /** By name, as in {@code ROLLOUT_IMAGE}. */
    public Map<String, String> variables() {
        return Map.of("ROLLOUT_IMAGE", pinned, "ROLLOUT_IMAGE_REPOSITORY", repository, "ROLLOUT_IMAGE_DIGEST", digest);
    }

    @Override
    public void buildEnvironment(@NonNull Run<?, ?> build, @NonNull EnvVars env) {
        env.putAll(variables());
    }
}
