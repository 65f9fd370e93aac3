package io.jenkins.plugins.k8srollout.run;

import io.jenkins.plugins.k8srollout.engine.delivery.DeliveredImage;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuildResult;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/** What {@code buildImage} returns to a Pipeline. */
public final class ImageResult implements Serializable {
    private static final long serialVersionUID = 1L;

    // Pipelines keep their variables on disk; plain values for that reason.
    private final String image;
    private final ArrayList<String> tags;
    private final String digest;
    private final String pinned;
    private final long size;
    private final long pushedBytes;
    private final String builder;

    // Null where no scan was asked for, and in results of versions without scans.
    private final ScanOutcome scan;
    private final ArrayList<String> deletedTags;

    ImageResult(DeliveredImage delivered) {
        ImageBuildResult result = delivered.image();
        scan = delivered.scan().map(ScanOutcome::new).orElse(null);
        deletedTags = new ArrayList<>(delivered.deletedTags());
        image = result.image();
        tags = new ArrayList<>(result.tags());
        digest = result.digest().toString();
        pinned = result.pinned();
        size = result.size();
        pushedBytes = result.pushedBytes();
        builder = result.builder();
    }

    /** The repository, without tag and digest. */
    @Whitelisted
    public String getImage() {
        return image;
    }

    @Whitelisted
    public List<String> getTags() {
        return tags;
    }

    /** As in {@code sha256:…}. */
    @Whitelisted
    public String getDigest() {
        return digest;
    }

    /** {@code repository@sha256:…}: the name that can only ever mean this image. */
    @Whitelisted
    public String getPinned() {
        return pinned;
    }

    /** Bytes of manifest, configuration and compressed layers. */
    @Whitelisted
    public long getSize() {
        return size;
    }

    /** Bytes that travelled to the registry; -1 where an external builder does not say. */
    @Whitelisted
    public long getPushedBytes() {
        return pushedBytes;
    }

    /** The builder that made it, as in {@code embedded}. */
    @Whitelisted
    public String getBuilder() {
        return builder;
    }

    /** What Harbor's scan has come to; null where none was asked for. */
    @Whitelisted
    public ScanOutcome getScan() {
        return scan;
    }

    /** Old tags that {@code keepTags} has deleted. */
    @Whitelisted
    public List<String> getDeletedTags() {
        return deletedTags == null ? List.of() : deletedTags;
    }

    @Override
    @Whitelisted
    public String toString() {
        return pinned;
    }
}
