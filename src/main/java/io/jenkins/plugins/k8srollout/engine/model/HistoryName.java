package io.jenkins.plugins.k8srollout.engine.model;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Under which name releases of one application are kept together; it becomes a label and part of an object's name. */
public final class HistoryName {
    private static final Pattern VALID =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final int LONGEST = 63; // of a label's value
    private static final int HASH_BYTES = 4;

    private HistoryName() {}

    /**
     * Reads a name that somebody has written.
     *
     * @throws ReleaseException (refused input) for what could be no label or no object's name
     */
    public static String parse(String text) {
        if (!isValid(text)) {
            throw ReleaseException.refused(
                    "read history",
                    text,
                    "a history is named by up to " + LONGEST
                            + " lower-case letters, digits, '-' and '.', with a letter or digit at both ends",
                    "Correct it, or leave it out for the name of the first workload");
        }
        return text;
    }

    /** The name for the releases of an object; a name that is too long is cut, and its hash keeps it apart from others. */
    public static String of(String object) {
        if (isValid(object)) {
            return object;
        }
        byte[] digest = ImageDigest.newSha256().digest(object.getBytes(StandardCharsets.UTF_8));
        String hash = HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        String plain = object.toLowerCase(java.util.Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
        String head = plain.substring(0, Math.min(plain.length(), LONGEST - hash.length() - 1));
        return head.isEmpty() ? hash : head + "-" + hash;
    }

    private static boolean isValid(String text) {
        return text.length() <= LONGEST && VALID.matcher(text).matches();
    }
}
