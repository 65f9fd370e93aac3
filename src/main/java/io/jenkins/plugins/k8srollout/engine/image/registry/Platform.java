package io.jenkins.plugins.k8srollout.engine.image.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.Serializable;
import java.util.Map;

/**
 * Operating system and processor that an image is for, in Go's words ({@code linux}, {@code amd64}).
 *
 * @param variant of the processor, as {@code v7}; empty text where there is none
 */
public record Platform(String os, String architecture, String variant) implements Serializable {
    public static final Platform LINUX_AMD64 = new Platform("linux", "amd64", "");
    private static final int LONGEST = 3;
    // Names that the processors' makers use, and what containerd takes them for.
    private static final Map<String, String> ALIASES =
            Map.of("x86_64", "amd64", "x86-64", "amd64", "aarch64", "arm64", "i386", "386");

    /**
     * Reads {@code os/architecture[/variant]}.
     *
     * @throws ReleaseException (refused input) for anything else
     */
    public static Platform parse(String text) {
        String[] parts = text.trim().split("/", -1);
        boolean whole = parts.length == 2 || parts.length == LONGEST;
        for (String part : parts) {
            whole &= part.matches("[a-z0-9_.-]+");
        }
        if (!whole) {
            throw ReleaseException.refused(
                    "read a platform",
                    text,
                    "it is not operating system/processor[/variant]",
                    "Leave it out for linux/amd64",
                    "linux/amd64",
                    "linux/arm64",
                    "linux/arm/v7");
        }
        return normal(parts[0], parts[1], parts.length == LONGEST ? parts[2] : "");
    }

    static Platform of(JsonNode node) {
        return normal(
                node.path("os").asText(),
                node.path("architecture").asText(),
                node.path("variant").asText());
    }

    private static Platform normal(String os, String architecture, String variant) {
        String known = ALIASES.getOrDefault(architecture, architecture);
        // v8 is the only 64-bit ARM there is, so naming it and leaving it out mean the same.
        boolean implied = known.equals("arm64") && variant.equals("v8");
        return new Platform(os, known, implied ? "" : variant);
    }

    /** Whether an image for {@code offered} is one for this platform; no variant asked for means any. */
    public boolean takes(Platform offered) {
        return os.equals(offered.os)
                && architecture.equals(offered.architecture)
                && (variant.isEmpty() || variant.equals(offered.variant));
    }

    @Override
    public String toString() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}
