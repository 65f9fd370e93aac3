package io.jenkins.plugins.k8srollout.engine.image.layer;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Layers on disk by what they are made of, with the digests of context files, the indexes of base layers and notes of
 * past builds. Several
 * processes may share the folder and may die at any time. Nothing in it is needed: what is missing or damaged is made
 * anew. Thread-safe.
 */
public final class LayerCache {
    /** 10 GiB. */
    public static final long DEFAULT_BYTES = 10L << 30;

    private final DiskFolder layers;
    private final DiskFolder blobs;
    private final DiskFolder indexes;
    private final DiskFolder digests;
    private final DiskFolder builds;
    private final Eviction eviction;
    private final Clock clock;

    /** What is known of a layer without its bytes. */
    record Known(ImageDigest digest, ImageDigest diffId, long size) {
        static Known parse(String text) {
            String[] parts = text.trim().split(" ");
            return new Known(ImageDigest.parse(parts[0]), ImageDigest.parse(parts[1]), Long.parseLong(parts[2]));
        }

        String text() {
            return digest + " " + diffId + " " + size;
        }
    }

    /**
     * @param folder made when first needed
     * @param maxBytes what the blobs may take together; the least recently used go first
     */
    public LayerCache(Path folder, long maxBytes, Clock clock) {
        Path temporary = folder.resolve("tmp");
        this.layers = new DiskFolder(folder.resolve("layers"), temporary);
        this.blobs = new DiskFolder(folder.resolve("blobs"), temporary);
        this.indexes = new DiskFolder(folder.resolve("indexes"), temporary);
        this.digests = new DiskFolder(folder.resolve("digests"), temporary);
        this.builds = new DiskFolder(folder.resolve("builds"), temporary);
        this.eviction = new Eviction(blobs, List.of(layers, indexes, digests, builds), temporary, maxBytes, clock);
        this.clock = clock;
    }

    /** {@code ~/.cache/kubernetes-rollout/layers}, or below {@code XDG_CACHE_HOME} where that is set. */
    public static Path defaultFolder() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path caches = xdg == null || xdg.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        return caches.resolve("kubernetes-rollout").resolve("layers");
    }

    /** The digests of the files below a folder, as far as they were saved. */
    FileDigests digestsOf(Path root) {
        Path note = digests.path(nameFor(root));
        eviction.used(note);
        return FileDigests.load(note, clock);
    }

    void save(Path root, FileDigests known) throws IOException {
        known.save(digests, nameFor(root));
    }

    /**
     * A note that a builder has made of an earlier build.
     *
     * @param key letters and digits
     */
    public Optional<byte[]> buildNote(String key) {
        try {
            byte[] note = Files.readAllBytes(builds.path(key));
            eviction.used(builds.path(key));
            return Optional.of(note);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Keeps a note of a build, over what was there. */
    public void keepBuildNote(String key, byte[] note) throws IOException {
        builds.write(key, out -> out.write(note));
    }

    /** Nanoseconds since 1970. */
    long now() {
        return FileStat.nanos(clock.instant());
    }

    Optional<Known> find(String key) {
        try {
            Known known = Known.parse(Files.readString(layers.path(key)));
            eviction.used(layers.path(key));
            return Optional.of(known);
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    void remember(String key, Known known) throws IOException {
        layers.write(key, out -> out.write(known.text().getBytes(StandardCharsets.UTF_8)));
    }

    Path newBlob() throws IOException {
        return blobs.newTemporary();
    }

    Path adoptBlob(Path finished, ImageDigest digest) throws IOException {
        Path adopted = blobs.adopt(finished, digest.hex());
        eviction.run(adopted);
        return adopted;
    }

    /** A blob whose bytes have just been verified; a damaged one is removed. */
    Optional<Path> blob(ImageDigest digest) {
        Path file = blobs.path(digest.hex());
        try {
            if (Digests.of(file).equals(digest)) {
                Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
                return Optional.of(file);
            }
            Files.deleteIfExists(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            // Unreadable is as good as missing: the layer can be made again.
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** A blob that this process has just written; its bytes are not verified again. */
    Optional<Path> fresh(ImageDigest digest, long size) {
        Path file = blobs.path(digest.hex());
        try {
            return Files.size(file) == size ? Optional.of(file) : blob(digest);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The file that holds, or will hold, the index of a layer's files. */
    Path index(ImageDigest layer) {
        Path note = indexes.path(layer.hex());
        eviction.used(note);
        return note;
    }

    void keepIndex(ImageDigest layer, DiskFolder.Writer index) throws IOException {
        indexes.write(layer.hex(), index);
    }

    private static String nameFor(Path root) {
        return ImageDigest.of(root.toString().getBytes(StandardCharsets.UTF_8)).hex();
    }
}
