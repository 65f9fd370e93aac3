package io.jenkins.plugins.k8srollout.engine.image.cascade;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.io.Serializable;
import java.util.List;

/**
 * What a cascade would do with one folder.
 *
 * @param folder relative to the cascade's folder; {@code .} for that folder itself
 * @param image the repository, without tag and digest
 * @param depth how many images of the cascade lie below it, on the longest way
 * @param digest of the image if it is unchanged; else null
 */
public record PlannedImage(String folder, String image, int depth, State state, ImageDigest digest, List<Base> bases)
        implements Serializable {

    /** Whether an image is built, and why. */
    public enum State {
        /** The registry has an image of the same inputs. */
        UNCHANGED,
        /** Files, Dockerfile, arguments or a base from outside differ from all that was built before. */
        CHANGED,
        /** A base of it is built, so it is, too. */
        FOLLOWS
    }

    /**
     * An image that it starts from or copies from.
     *
     * @param name as the Dockerfile means it
     * @param folder the folder that makes it; empty text for one from outside
     * @param digest what it stands for; null if that will only be known when it is built
     */
    public record Base(String name, String folder, ImageDigest digest) implements Serializable {}

    public PlannedImage {
        bases = List.copyOf(bases);
    }

    /** Whether a build is expected. */
    public boolean toBuild() {
        return state != State.UNCHANGED;
    }
}
