package io.jenkins.plugins.k8srollout.engine.image.layer;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Makes layers from entries: from the cache where it knows them, else by archiving and compressing. The same entries
 * always give the same digest. Thread-safe.
 */
public final class LayerFactory {
    // Two thirds of the time that the usual 6 takes, for half a percent more bytes.
    static final int LEVEL = 5;
    private static final int HASHED_TOGETHER = 64;

    private final LayerCache cache;
    private final ExecutorService workers;
    private final int parallelism;
    private final long seconds;

    /**
     * @param workers only short, independent tasks are given to it
     * @param parallelism how many of them run at the same time
     * @param time the modification time that every entry gets, whole seconds
     */
    public LayerFactory(LayerCache cache, ExecutorService workers, int parallelism, Instant time) {
        this.cache = cache;
        this.workers = workers;
        this.parallelism = parallelism;
        this.seconds = time.getEpochSecond();
    }

    /**
     * Makes a layer; waits for the compression.
     *
     * @param entries in any order, no path twice
     */
    public Layer make(List<LayerEntry> entries) {
        Optional<Layer> known = find(entries);
        if (known.isPresent()) {
            return known.get();
        }
        List<LayerEntry> sorted = entries.stream().sorted(LayerEntry.ORDER).toList();
        try {
            LayerCache.Known layer = write(LayerKey.of(sorted, seconds), sorted);
            return new Layer(layer.digest(), layer.diffId(), layer.size(), false, sorted);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** The layer of these entries, if it is known: nothing is compressed, and files are read only if they are new. */
    public Optional<Layer> find(List<LayerEntry> entries) {
        List<LayerEntry> sorted = entries.stream().sorted(LayerEntry.ORDER).toList();
        try {
            hashInParallel(sorted);
            return cache.find(LayerKey.of(sorted, seconds))
                    .map(known -> new Layer(known.digest(), known.diffId(), known.size(), true, sorted));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /**
     * The compressed bytes, verified; made again if the cache has lost them.
     *
     * @throws ReleaseException if they cannot be made the same again, because a file has changed meanwhile
     */
    public Path blob(Layer layer) {
        Optional<Path> kept = layer.cached() ? cache.blob(layer.digest()) : cache.fresh(layer.digest(), layer.size());
        if (kept.isPresent()) {
            return kept.get();
        }
        try {
            LayerCache.Known again = write(LayerKey.of(layer.entries(), seconds), layer.entries());
            return cache.blob(again.digest())
                    .filter(file -> again.digest().equals(layer.digest()))
                    .orElseThrow(() -> new ReleaseException(new Problem(
                            Problem.Kind.FAILED,
                            "make the layer again",
                            layer.digest().toString(),
                            "it came out as " + again.digest() + ", so its files changed during the build",
                            "End what writes to the build context, then build again")));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private LayerCache.Known write(String key, List<LayerEntry> sorted) throws IOException {
        Path file = cache.newBlob();
        try {
            LayerCache.Known known;
            try (OutputStream out = Files.newOutputStream(file)) {
                known = pack(sorted, out);
            }
            cache.adoptBlob(file, known.digest());
            cache.remember(key, known);
            return known;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private LayerCache.Known pack(List<LayerEntry> sorted, OutputStream out) throws IOException {
        ParallelGzip gzip = new ParallelGzip(out, workers, LEVEL, 2 * parallelism);
        try {
            new LayerArchive(seconds).write(sorted, gzip);
            gzip.finish();
        } finally {
            gzip.abandon();
        }
        return new LayerCache.Known(gzip.packedDigest(), gzip.plainDigest(), gzip.packedSize());
    }

    /** Contents remember their digests, so that the key is then made from memory. */
    private void hashInParallel(List<LayerEntry> entries) throws IOException {
        List<Callable<ImageDigest>> tasks = new ArrayList<>();
        List<Content> contents = entries.stream()
                .filter(e -> e.node().isFile())
                .map(e -> e.node().content())
                .toList();
        for (int i = 0; i < contents.size(); i += HASHED_TOGETHER) {
            List<Content> some = contents.subList(i, Math.min(i + HASHED_TOGETHER, contents.size()));
            tasks.add(() -> {
                for (Content content : some) {
                    content.digest();
                }
                return null;
            });
        }
        try {
            for (Future<ImageDigest> done : workers.invokeAll(tasks)) {
                done.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading files");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ReleaseException problem) {
                throw problem;
            }
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        }
    }

    private static ReleaseException failed(IOException e) {
        boolean interrupted = e instanceof InterruptedIOException;
        boolean denied = e instanceof AccessDeniedException;
        String file = e instanceof FileSystemException named && named.getFile() != null ? named.getFile() : "";
        return new ReleaseException(
                new Problem(
                        interrupted ? Problem.Kind.INTERRUPTED : Problem.Kind.FAILED,
                        "make a layer of the image",
                        file,
                        denied ? "it may not be read" : String.valueOf(e.getMessage()),
                        interrupted
                                ? ""
                                : denied
                                        ? "Let the build's user read it, or name it in .dockerignore"
                                        : "Check the files and that the cache's disk has room"),
                e);
    }
}
