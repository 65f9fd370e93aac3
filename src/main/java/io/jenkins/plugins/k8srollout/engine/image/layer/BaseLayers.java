package io.jenkins.plugins.k8srollout.engine.image.layer;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Looks into the layers of base images: what they hold, and single files of them. A layer is read once to learn what it
 * holds; that is kept in the cache. Used by one thread.
 */
public final class BaseLayers {
    private final LayerCache cache;
    private final Source source;

    /** Where the compressed bytes of a layer come from. */
    @FunctionalInterface
    public interface Source {
        InputStream open(ImageDigest layer) throws IOException;
    }

    public BaseLayers(LayerCache cache, Source source) {
        this.cache = cache;
        this.source = source;
    }

    /**
     * The files of an image.
     *
     * @param layers from the lowest to the highest
     */
    public ImageTree tree(List<ImageDigest> layers, String description) throws IOException {
        ImageTree tree = new ImageTree(description);
        for (ImageDigest layer : layers) {
            index(layer).applyTo(tree, layer);
        }
        return tree;
    }

    /** Whether every layer's index is in the cache, so that {@link #tree} reads nothing. */
    public boolean known(List<ImageDigest> layers) {
        return layers.stream().allMatch(layer -> Files.exists(cache.index(layer)));
    }

    /** The entries with contents that can be read: each base layer concerned is read once. */
    public List<LayerEntry> fetch(List<LayerEntry> entries, Spool spool) throws IOException {
        Map<ImageDigest, Set<String>> wanted = new HashMap<>();
        for (LayerEntry entry : entries) {
            file(entry).ifPresent(f -> wanted.computeIfAbsent(f.layer(), l -> new HashSet<>())
                    .add(f.path()));
        }
        if (wanted.isEmpty()) {
            return entries;
        }
        Map<LayerFile, Content> found = new HashMap<>();
        for (Map.Entry<ImageDigest, Set<String>> layer : wanted.entrySet()) {
            extract(layer.getKey(), layer.getValue(), spool, found);
        }
        List<LayerEntry> readable = new ArrayList<>();
        for (LayerEntry entry : entries) {
            Optional<Content> content = file(entry).map(found::get);
            readable.add(
                    content.map(c -> new LayerEntry(entry.path(), entry.node().withContent(c)))
                            .orElse(entry));
        }
        return readable;
    }

    private static Optional<LayerFile> file(LayerEntry entry) {
        return entry.node().content() instanceof LayerFile file ? Optional.of(file) : Optional.empty();
    }

    private void extract(ImageDigest layer, Set<String> wanted, Spool spool, Map<LayerFile, Content> found)
            throws IOException {
        try (InputStream raw = source.open(layer)) {
            InputStream plain = Decompression.undo(raw);
            TarArchiveInputStream tar = new TarArchiveInputStream(plain);
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String path = ArchivePath.of(entry.getName());
                if (entry.isFile() && wanted.contains(path)) {
                    found.put(new LayerFile(layer, path, entry.getSize()), spool.keep(tar));
                }
            }
            plain.transferTo(java.io.OutputStream.nullOutputStream());
            raw.transferTo(java.io.OutputStream.nullOutputStream());
        }
    }

    private LayerIndex index(ImageDigest layer) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(cache.index(layer)), 1 << 16)) {
            return LayerIndex.read(in);
        } catch (IOException | RuntimeException e) {
            LayerIndex read;
            try (InputStream raw = source.open(layer)) {
                read = LayerIndex.of(raw);
            }
            cache.keepIndex(layer, read::write);
            return read;
        }
    }
}
