package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.registry.Platform;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/** What to build and where to put it. Immutable; holds no secrets. */
public final class ImageBuildRequest implements Serializable {
    private static final long serialVersionUID = 1L;

    private final ImageReference image;
    private final List<String> tags;
    private final String context;
    private final String dockerfile;
    private final String target;
    private final LinkedHashMap<String, String> buildArgs;
    private final LinkedHashMap<String, String> labels;
    private final List<Platform> platforms;
    private final boolean push;
    private final BuilderChoice builder;
    private final Long epochSeconds; // null where the request does not say

    private ImageBuildRequest(Builder builder) {
        this.image = builder.image;
        this.tags = builder.tags.isEmpty() ? List.of(builder.image.tag().orElse("latest")) : builder.tags;
        this.context = builder.context;
        this.dockerfile = builder.dockerfile;
        this.target = builder.target;
        this.buildArgs = new LinkedHashMap<>(builder.buildArgs);
        this.labels = new LinkedHashMap<>(builder.labels);
        this.platforms = builder.platforms;
        this.push = builder.push;
        this.builder = builder.choice;
        this.epochSeconds = builder.epochSeconds;
        tags.forEach(image::withTag);
    }

    /** The repository; a tag in it counts where no tags are given. */
    public static Builder image(ImageReference image) {
        return new Builder(image);
    }

    public ImageReference image() {
        return image;
    }

    /** At least one. */
    public List<String> tags() {
        return tags;
    }

    public String context() {
        return context;
    }

    public String dockerfile() {
        return dockerfile;
    }

    /** Empty text for the last stage. */
    public String target() {
        return target;
    }

    public Map<String, String> buildArgs() {
        return Map.copyOf(buildArgs);
    }

    public Map<String, String> labels() {
        return Map.copyOf(labels);
    }

    /** At least one. */
    public List<Platform> platforms() {
        return platforms;
    }

    public boolean push() {
        return push;
    }

    public BuilderChoice builder() {
        return builder;
    }

    /**
     * The time that the image and all its files carry, in seconds since 1970: what the request says, else the build
     * argument SOURCE_DATE_EPOCH, else 1 (some programs take 0 for "unknown").
     *
     * <p>A web server that makes entity tags of time and size cannot tell a changed file of equal length from the old
     * one if every release carries the same time; give the commit's time here for such images.
     *
     * @see <a href="https://reproducible-builds.org/specs/source-date-epoch/">SOURCE_DATE_EPOCH</a>
     */
    public long epochSeconds() {
        if (epochSeconds != null) {
            return epochSeconds;
        }
        String argument = buildArgs.getOrDefault("SOURCE_DATE_EPOCH", "1");
        try {
            return Long.parseLong(argument);
        } catch (NumberFormatException e) {
            throw ReleaseException.refused(
                    "read the build argument SOURCE_DATE_EPOCH",
                    argument,
                    "it is not a number",
                    "Give seconds since 1970, as git log -1 --format=%ct prints");
        }
    }

    /** {@link #epochSeconds()} where the request itself or its build arguments say it. */
    OptionalLong statedEpoch() {
        return epochSeconds != null || buildArgs.containsKey("SOURCE_DATE_EPOCH")
                ? OptionalLong.of(epochSeconds())
                : OptionalLong.empty();
    }

    /** Collects a request; not thread-safe. */
    public static final class Builder {
        private final ImageReference image;
        private List<String> tags = List.of();
        private String context = ".";
        private String dockerfile = "Dockerfile";
        private String target = "";
        private Map<String, String> buildArgs = Map.of();
        private Map<String, String> labels = Map.of();
        private List<Platform> platforms = List.of(Platform.LINUX_AMD64);
        private boolean push = true;
        private BuilderChoice choice = BuilderChoice.AUTO;
        private Long epochSeconds;

        private Builder(ImageReference image) {
            this.image = Objects.requireNonNull(image, "image");
        }

        /** Default: the image's own tag, else {@code latest}. */
        public Builder tags(List<String> names) {
            tags = List.copyOf(names);
            return this;
        }

        /** Folder inside the workspace. Default {@code .}. */
        public Builder context(String folder) {
            context = Objects.requireNonNull(folder, "folder");
            return this;
        }

        /** Inside the context, or else inside the workspace. Default {@code Dockerfile}. */
        public Builder dockerfile(String file) {
            dockerfile = Objects.requireNonNull(file, "file");
            return this;
        }

        /** A stage's name. Default the last stage. */
        public Builder target(String stage) {
            target = Objects.requireNonNull(stage, "stage");
            return this;
        }

        /** Values for ARG. They end up in the image's history: no place for secrets. */
        public Builder buildArgs(Map<String, String> values) {
            buildArgs = new LinkedHashMap<>(values);
            return this;
        }

        /** Labels besides those of the Dockerfile; of two with the same name this one wins. */
        public Builder labels(Map<String, String> values) {
            labels = new LinkedHashMap<>(values);
            return this;
        }

        /** Default {@code linux/amd64}. */
        public Builder platforms(List<Platform> wanted) {
            platforms = wanted.isEmpty() ? List.of(Platform.LINUX_AMD64) : List.copyOf(wanted);
            return this;
        }

        /** Default true. Without it the image is only computed: its digest is known, and it is nowhere. */
        public Builder push(boolean wanted) {
            push = wanted;
            return this;
        }

        /** Default {@code AUTO}. */
        public Builder builder(BuilderChoice wanted) {
            choice = Objects.requireNonNull(wanted, "wanted");
            return this;
        }

        /** See {@link ImageBuildRequest#epochSeconds()}. */
        public Builder epochSeconds(long seconds) {
            if (seconds < 0) {
                throw ReleaseException.refused(
                        "read SOURCE_DATE_EPOCH",
                        String.valueOf(seconds),
                        "it is negative",
                        "Give seconds since 1970, as git log -1 --format=%ct prints");
            }
            epochSeconds = seconds;
            return this;
        }

        public ImageBuildRequest build() {
            return new ImageBuildRequest(this);
        }
    }
}
