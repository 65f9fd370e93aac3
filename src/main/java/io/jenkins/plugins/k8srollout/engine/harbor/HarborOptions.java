package io.jenkins.plugins.k8srollout.engine.harbor;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.VulnerabilitySeverity;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What Harbor is to do around a build. Immutable; holds no secrets. */
public final class HarborOptions implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final Duration SCAN_TIMEOUT = Duration.ofMinutes(10);
    private static final String OWNER = "owner: ";
    private static final int HASH = 16;

    private final Creation creation;
    private final boolean autoScan;
    private final VulnerabilitySeverity threshold; // null for no scan
    private final Duration scanTimeout;
    private final List<String> labels;
    private final String owner;
    private final int keepTags;

    /** Whether a project that does not exist is created. */
    public enum Creation {
        NONE,
        PRIVATE,
        PUBLIC;

        /**
         * @param word empty text for none
         * @throws ReleaseException (refused input) for another word
         */
        public static Creation parse(String word) {
            return Arrays.stream(values())
                    .filter(one -> one.word().equalsIgnoreCase(word.strip()))
                    .findFirst()
                    .orElseThrow(() -> ReleaseException.refused(
                            "read how to create the project",
                            word,
                            "there is no such choice",
                            "Name one, or leave it out where the project exists",
                            words().toArray(String[]::new)));
        }

        /** The words that {@link #parse} takes. */
        public static List<String> words() {
            return List.of(PRIVATE.word(), PUBLIC.word());
        }

        private String word() {
            return this == NONE ? "" : name().toLowerCase(Locale.ROOT);
        }
    }

    private HarborOptions(Builder from) {
        creation = from.creation;
        autoScan = from.autoScan;
        threshold = from.threshold;
        scanTimeout = from.scanTimeout;
        owner = from.owner;
        keepTags = from.keepTags;
        if (keepTags > 0 && owner.isEmpty()) {
            throw ReleaseException.refused(
                    "clean up old tags",
                    String.valueOf(keepTags),
                    "whose tags they are is not said",
                    "Name an owner: only images with its label are touched");
        }
        if (autoScan && creation == Creation.NONE) {
            throw ReleaseException.refused(
                    "have the project scan what is pushed",
                    "autoScan",
                    "that is set for a project that is created here, and none is to be",
                    "Say how to create the project; one that exists is set up in Harbor");
        }
        Set<String> all = new LinkedHashSet<>(from.labels);
        if (keepTags > 0) {
            all.add(ownerLabel());
        }
        all.forEach(Labels::checked);
        labels = List.copyOf(all);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Nothing is asked of Harbor. */
    public static HarborOptions none() {
        return builder().build();
    }

    public boolean isNone() {
        return creation == Creation.NONE && threshold == null && labels.isEmpty() && keepTags == 0;
    }

    public Creation creation() {
        return creation;
    }

    /** Whether a project that is created scans each image that is pushed. */
    public boolean autoScan() {
        return autoScan;
    }

    /** The severity from which on a scan fails; nothing for no scan. */
    public Optional<VulnerabilitySeverity> threshold() {
        return Optional.ofNullable(threshold);
    }

    public Duration scanTimeout() {
        return scanTimeout;
    }

    /** To be attached to the image, that of the owner included where old tags are cleaned up. */
    public List<String> labels() {
        return labels;
    }

    /** How many tags of the owner stay; 0 for all. */
    public int keepTags() {
        return keepTags;
    }

    /** By which the owner's images are known. */
    public String ownerLabel() {
        return ownerLabel(owner);
    }

    /** The label of an owner; one that is too long for Harbor is told by its end and its digest. */
    public static String ownerLabel(String owner) {
        String label = OWNER + owner;
        if (label.length() <= Labels.LONGEST) {
            return label;
        }
        String hash =
                ImageDigest.of(owner.getBytes(StandardCharsets.UTF_8)).hex().substring(0, HASH);
        int room = Labels.LONGEST - OWNER.length() - hash.length() - 1;
        return OWNER + hash + " " + owner.substring(owner.length() - room);
    }

    /** The rights that this takes in the project, besides pull and push. */
    public Set<HarborRight> needs() {
        Set<HarborRight> needs = new LinkedHashSet<>();
        if (threshold != null) {
            needs.addAll(List.of(HarborRight.READ_ARTIFACT, HarborRight.START_SCAN, HarborRight.READ_FINDINGS));
        }
        if (!labels.isEmpty()) {
            needs.addAll(List.of(HarborRight.LIST_LABELS, HarborRight.CREATE_LABEL, HarborRight.ATTACH_LABEL));
        }
        if (keepTags > 0) {
            needs.addAll(List.of(HarborRight.LIST_ARTIFACTS, HarborRight.DELETE_TAG));
        }
        return needs;
    }

    /** Collects the options; not thread-safe. */
    public static final class Builder {
        private Creation creation = Creation.NONE;
        private boolean autoScan;
        private VulnerabilitySeverity threshold;
        private Duration scanTimeout = SCAN_TIMEOUT;
        private List<String> labels = List.of();
        private String owner = "";
        private int keepTags;

        private Builder() {}

        /** Default: none. */
        public Builder creation(Creation wanted) {
            creation = Objects.requireNonNull(wanted, "wanted");
            return this;
        }

        /** Default false. */
        public Builder autoScan(boolean wanted) {
            autoScan = wanted;
            return this;
        }

        /** Default: no scan. */
        public Builder scan(VulnerabilitySeverity from) {
            threshold = Objects.requireNonNull(from, "from");
            return this;
        }

        /** Default 10 minutes. */
        public Builder scanTimeout(Duration limit) {
            if (limit.isNegative() || limit.isZero()) {
                throw ReleaseException.refused(
                        "read the scan's time-out", limit.toString(), "it is not positive", "Write for example 10m");
            }
            scanTimeout = limit;
            return this;
        }

        /** Default none. */
        public Builder labels(List<String> names) {
            labels = List.copyOf(names);
            return this;
        }

        /** Whose tags are cleaned up: a text that all builds of one job share. */
        public Builder owner(String name) {
            owner = name.strip();
            return this;
        }

        /** Default 0: no tag is deleted. */
        public Builder keepTags(int count) {
            if (count < 0) {
                throw ReleaseException.refused(
                        "clean up old tags", String.valueOf(count), "it is negative", "Say how many tags stay, or 0");
            }
            keepTags = count;
            return this;
        }

        public HarborOptions build() {
            return new HarborOptions(this);
        }
    }
}
