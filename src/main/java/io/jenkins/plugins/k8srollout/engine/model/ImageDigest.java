package io.jenkins.plugins.k8srollout.engine.model;

import java.io.Serializable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 content digest as registries write it.
 *
 * @param hex 64 lower-case hexadecimal digits
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests">OCI digests</a>
 */
public record ImageDigest(String hex) implements Comparable<ImageDigest>, Serializable {
    private static final int DIGITS = 64;
    private static final String PREFIX = "sha256:";

    public ImageDigest {
        if (!isHex(hex)) {
            throw ReleaseException.refused(
                    "read a digest", hex, "it is not 64 lower-case hexadecimal digits", "Copy it from the registry");
        }
    }

    /**
     * Reads {@code sha256:…}.
     *
     * @throws ReleaseException (refused input) for anything else
     */
    public static ImageDigest parse(String text) {
        if (!text.startsWith(PREFIX)) {
            throw ReleaseException.refused(
                    "read a digest", text, "it does not start with sha256:", "Copy it from the registry");
        }
        return new ImageDigest(text.substring(PREFIX.length()));
    }

    // No pattern: a build context has thousands of digests.
    private static boolean isHex(String text) {
        boolean valid = text.length() == DIGITS;
        for (int i = 0; valid && i < DIGITS; i++) {
            char c = text.charAt(i);
            valid = c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
        }
        return valid;
    }

    public static ImageDigest of(byte[] content) {
        return ofHash(newSha256().digest(content));
    }

    /** From the 32 bytes of a finished SHA-256. */
    public static ImageDigest ofHash(byte[] sha256) {
        return new ImageDigest(HexFormat.of().formatHex(sha256));
    }

    public static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform must have SHA-256", e);
        }
    }

    // Written out, since what the compiler makes for records is put together when first used: slow in a short process.
    @Override
    public boolean equals(Object other) {
        return other instanceof ImageDigest that && hex.equals(that.hex);
    }

    @Override
    public int hashCode() {
        return hex.hashCode();
    }

    @Override
    public int compareTo(ImageDigest other) {
        return hex.compareTo(other.hex);
    }

    /** {@code sha256:…}. */
    @Override
    public String toString() {
        return PREFIX + hex;
    }
}
