package io.jenkins.plugins.k8srollout.engine.image.cascade;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import java.io.Serializable;

/**
 * How one image of a cascade has come out.
 *
 * @param folder relative to the cascade's folder; {@code .} for that folder itself
 * @param image the repository, without tag and digest
 * @param digest null unless it was built or is unchanged
 * @param builder who built it; empty text if nobody has
 * @param pushedBytes what travelled to the registry; -1 where an external builder does not say
 * @param problem why it failed; null if it has not
 * @param because the folder whose failure kept it from being begun; empty text if nothing has
 */
public record CascadeOutcome(
        String folder,
        String image,
        State state,
        ImageDigest digest,
        String builder,
        long pushedBytes,
        Problem problem,
        String because)
        implements Serializable {

    /** How it ended. */
    public enum State {
        BUILT,
        UNCHANGED,
        FAILED,
        /** A base of it failed. */
        NOT_BEGUN
    }

    static CascadeOutcome built(CascadeImage image, ImageDigest digest, String builder, long pushedBytes) {
        return of(image, State.BUILT, digest, builder, pushedBytes, null, "");
    }

    static CascadeOutcome unchanged(CascadeImage image, ImageDigest digest) {
        return of(image, State.UNCHANGED, digest, "", 0, null, "");
    }

    static CascadeOutcome failed(CascadeImage image, Problem problem) {
        return of(image, State.FAILED, null, "", 0, problem, "");
    }

    static CascadeOutcome notBegun(CascadeImage image, String because) {
        return of(image, State.NOT_BEGUN, null, "", 0, null, because);
    }

    private static CascadeOutcome of(
            CascadeImage image,
            State state,
            ImageDigest digest,
            String builder,
            long pushedBytes,
            Problem problem,
            String because) {
        return new CascadeOutcome(
                image.shown(), image.image().name(), state, digest, builder, pushedBytes, problem, because);
    }

    /** Whether there is an image that others can be built on. */
    public boolean usable() {
        return state == State.BUILT || state == State.UNCHANGED;
    }

    /** {@code repository@sha256:…}; empty text if there is no image. */
    public String pinned() {
        return usable() ? image + "@" + digest : "";
    }
}
