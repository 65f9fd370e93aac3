package io.jenkins.plugins.k8srollout.engine.model;

import java.io.Serializable;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A container image's name: {@code registry/repository[:tag][@digest]}. Immutable.
 *
 * <p>Grammar and the Docker Hub defaults are those of the
 * <a href="https://github.com/distribution/reference">distribution reference</a> library.
 */
public final class ImageReference implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final String DEFAULT_REGISTRY = "docker.io";
    private static final String WORD = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    private static final Pattern REPOSITORY = Pattern.compile(WORD + "(?:/" + WORD + ")*");
    private static final String LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
    private static final Pattern REGISTRY =
            Pattern.compile("(?:" + LABEL + "(?:\\." + LABEL + ")*|\\[[0-9a-fA-F:]+])(?::[0-9]{1,5})?");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern PARTS = Pattern.compile("([^@]+?)(?::([^:/@]*))?(?:@(.*))?");
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_TEXT = 512; // name, tag of at most 128, digest of 71, separators
    private static final int SHOWN = 60;

    private final String registry;
    private final String repository;
    private final String tag; // null where the name has none
    private final ImageDigest digest; // null where the name is not pinned

    private ImageReference(String registry, String repository, String tag, ImageDigest digest) {
        this.registry = registry;
        this.repository = repository;
        this.tag = tag;
        this.digest = digest;
        if (!REGISTRY.matcher(registry).matches()) {
            throw malformed(this, "'" + registry + "' is not a host name with an optional port");
        }
        if (!REPOSITORY.matcher(repository).matches()) {
            throw malformed(this, "the repository '" + repository + "' has characters that are not allowed there");
        }
        if (name().length() > LONGEST_NAME) {
            throw malformed(this, "the name is longer than " + LONGEST_NAME + " characters");
        }
        if (tag != null && !TAG.matcher(tag).matches()) {
            throw malformed(this, "the tag '" + tag + "' has characters that are not allowed there");
        }
    }

    /**
     * Reads a name as Docker does: no host means Docker Hub, and there a single word means {@code library/word}.
     *
     * @throws ReleaseException (refused input) if the name is malformed
     */
    public static ImageReference parse(String text) {
        if (text.length() > LONGEST_TEXT) {
            // Before any pattern: java.util.regex answers long repetitions with a stack overflow.
            throw malformed(text.substring(0, SHOWN) + "…", "it is longer than " + LONGEST_TEXT + " characters");
        }
        Matcher parts = PARTS.matcher(text);
        if (text.isBlank() || !parts.matches()) {
            throw malformed(text, "it is not an image name");
        }
        String name = parts.group(1);
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        boolean hasHost = first.contains(".") || first.contains(":") || first.equals("localhost");
        String registry = hasHost ? first : DEFAULT_REGISTRY;
        String repository = hasHost ? name.substring(slash + 1) : name;
        if (registry.equals(DEFAULT_REGISTRY) && !repository.contains("/")) {
            repository = "library/" + repository;
        }
        ImageDigest digest = parts.group(3) == null ? null : ImageDigest.parse(parts.group(3));
        return new ImageReference(registry, repository, parts.group(2), digest);
    }

    /** Host with optional port, as in {@code harbor.example.com:8443}. */
    public String registry() {
        return registry;
    }

    /** Path inside the registry, as in {@code shop/web}. */
    public String repository() {
        return repository;
    }

    public Optional<String> tag() {
        return Optional.ofNullable(tag);
    }

    public Optional<ImageDigest> digest() {
        return Optional.ofNullable(digest);
    }

    public ImageReference withTag(String newTag) {
        return new ImageReference(registry, repository, newTag, digest);
    }

    public ImageReference withDigest(ImageDigest newDigest) {
        return new ImageReference(registry, repository, tag, newDigest);
    }

    /** {@code registry/repository@digest}: the name that can only ever mean one image. */
    public String pinned() {
        return name() + "@" + digest().orElseThrow(() -> malformed(this, "it has no digest"));
    }

    /** {@code registry/repository} without tag and digest. */
    public String name() {
        return registry + "/" + repository;
    }

    public boolean sameRepository(ImageReference other) {
        return name().equals(other.name());
    }

    private static ReleaseException malformed(Object text, String reason) {
        return ReleaseException.refused(
                "read an image name",
                text.toString(),
                reason,
                "Write it in lower case as registry/repository[:tag][@sha256:digest]");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ImageReference && toString().equals(other.toString());
    }

    @Override
    public int hashCode() {
        return Objects.hash(registry, repository, tag, digest);
    }

    @Override
    public String toString() {
        return name() + (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
    }
}
