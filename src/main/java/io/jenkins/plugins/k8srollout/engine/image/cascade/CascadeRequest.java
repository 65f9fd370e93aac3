package io.jenkins.plugins.k8srollout.engine.image.cascade;

import io.jenkins.plugins.k8srollout.engine.image.builder.BuilderChoice;
import io.jenkins.plugins.k8srollout.engine.image.registry.Platform;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Which folder of Dockerfiles to build, and under which names. Immutable; holds no secrets. */
public final class CascadeRequest implements Serializable {
    /** How many images are built at the same time unless the request says otherwise. */
    public static final int DEFAULT_PARALLEL = 4;

    private static final long serialVersionUID = 1L;
    private static final int MOST_PARALLEL = 64;

    private final String folder;
    private final String image;
    private final List<String> tags;
    private final String dockerfile;
    private final LinkedHashMap<String, String> buildArgs;
    private final LinkedHashMap<String, String> labels;
    private final List<Platform> platforms;
    private final BuilderChoice builder;
    private final int parallel;

    private CascadeRequest(Builder builder) {
        this.folder = builder.folder;
        this.image = builder.image;
        this.tags = builder.tags.isEmpty() ? List.of("latest") : builder.tags;
        this.dockerfile = builder.dockerfile;
        this.buildArgs = new LinkedHashMap<>(builder.buildArgs);
        this.labels = new LinkedHashMap<>(builder.labels);
        this.platforms = builder.platforms.isEmpty() ? List.of(Platform.LINUX_AMD64) : builder.platforms;
        this.builder = builder.choice;
        this.parallel = builder.parallel;
    }

    /**
     * @param folder inside the workspace
     * @param image the prefix of all names, as in {@code harbor.example.com/base}, or a pattern with {@code {path}}
     *     (the folder, as in {@code pub-images/jdk}) or {@code {name}} (its last part)
     */
    public static Builder of(String folder, String image) {
        return new Builder(folder, image);
    }

    /** The registry that images of this prefix or pattern go to. */
    public static String registryOf(String image) {
        return new ImageNames(image).registry();
    }

    public String folder() {
        return folder;
    }

    public String image() {
        return image;
    }

    /** At least one. */
    public List<String> tags() {
        return tags;
    }

    /** The name of the file that makes a folder an image. */
    public String dockerfile() {
        return dockerfile;
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

    public BuilderChoice builder() {
        return builder;
    }

    /** How many images are built at the same time, from 1. */
    public int parallel() {
        return parallel;
    }

    /** Collects a request; not thread-safe. */
    public static final class Builder {
        private final String folder;
        private final String image;
        private List<String> tags = List.of();
        private String dockerfile = "Dockerfile";
        private Map<String, String> buildArgs = Map.of();
        private Map<String, String> labels = Map.of();
        private List<Platform> platforms = List.of();
        private BuilderChoice choice = BuilderChoice.AUTO;
        private int parallel = DEFAULT_PARALLEL;

        private Builder(String folder, String image) {
            this.folder = Objects.requireNonNull(folder, "folder");
            this.image = Objects.requireNonNull(image, "image");
        }

        /** Each image gets all of them. Default {@code latest}. */
        public Builder tags(List<String> names) {
            tags = List.copyOf(names);
            return this;
        }

        /** Default {@code Dockerfile}. */
        public Builder dockerfile(String name) {
            if (name.isBlank() || name.contains("/") || name.contains("\\")) {
                throw ReleaseException.refused(
                        "read the cascade",
                        name,
                        "it is not the name of a file without a folder",
                        "Give the name that the Dockerfiles have in all folders");
            }
            dockerfile = name;
            return this;
        }

        /** Values for ARG in all Dockerfiles; only those that a Dockerfile declares count for its image. */
        public Builder buildArgs(Map<String, String> values) {
            buildArgs = new LinkedHashMap<>(values);
            return this;
        }

        /** Labels for what is built; they change nothing about what has to be. */
        public Builder labels(Map<String, String> values) {
            labels = new LinkedHashMap<>(values);
            return this;
        }

        /** Default {@code linux/amd64}. */
        public Builder platforms(List<Platform> wanted) {
            platforms = List.copyOf(wanted);
            return this;
        }

        /** Default {@code AUTO}. */
        public Builder builder(BuilderChoice wanted) {
            choice = Objects.requireNonNull(wanted, "wanted");
            return this;
        }

        /** Default {@link #DEFAULT_PARALLEL}. */
        public Builder parallel(int images) {
            if (images < 1 || images > MOST_PARALLEL) {
                throw ReleaseException.refused(
                        "read the cascade",
                        "parallel " + images,
                        "so many images cannot be built at the same time",
                        "Give a number from 1 to " + MOST_PARALLEL);
            }
            parallel = images;
            return this;
        }

        public CascadeRequest build() {
            return new CascadeRequest(this);
        }
    }
}
