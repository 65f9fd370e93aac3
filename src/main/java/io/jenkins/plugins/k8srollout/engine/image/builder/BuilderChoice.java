package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.Arrays;
import java.util.Locale;

/** Which builder makes the image. */
public enum BuilderChoice {
    /** The embedded one where it can; else the first external one that is there. */
    AUTO,
    /** Pure Java, in this process; everything but RUN and ONBUILD. */
    EMBEDDED,
    /** {@code buildctl} and the daemon that BUILDKIT_HOST names. */
    BUILDKIT,
    BUILDAH,
    PODMAN,
    /** {@code docker buildx}. */
    DOCKER;

    /**
     * Reads a name as users write it.
     *
     * @throws ReleaseException (refused input) with the valid names
     */
    public static BuilderChoice parse(String text) {
        for (BuilderChoice choice : values()) {
            if (choice.label().equals(text.trim().toLowerCase(Locale.ROOT))) {
                return choice;
            }
        }
        throw ReleaseException.refused(
                "choose a builder",
                text,
                "there is no such builder",
                "Leave it out for auto",
                Arrays.stream(values()).map(BuilderChoice::label).toArray(String[]::new));
    }

    /** As users write it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
