package io.jenkins.plugins.k8srollout.engine.image.layer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Keeps a folder of blobs within a size: the least recently used go first. Notes go when nobody has used them for long. */
final class Eviction {
    // No upload or download takes this long; what is older was left by a process that died.
    private static final Duration ABANDONED = Duration.ofDays(1);

    // As long as a branch may rest between two builds; a note costs little to keep and little to make again.
    private static final Duration FORGOTTEN = Duration.ofDays(30);
    // Using a note is noted once in a day, not at every build.
    private static final Duration FRESH = Duration.ofDays(1);

    private final DiskFolder blobs;
    private final List<DiskFolder> notes;
    private final Path temporary;
    private final long maxBytes;
    private final Clock clock;

    private record Aged(Path path, long size, Instant used) {}

    Eviction(DiskFolder blobs, List<DiskFolder> notes, Path temporary, long maxBytes, Clock clock) {
        this.blobs = blobs;
        this.notes = List.copyOf(notes);
        this.temporary = temporary;
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    /**
     * @param fresh never removed: it is about to be used
     */
    void run(Path fresh) throws IOException {
        removeOlder(temporary, ABANDONED);
        for (DiskFolder kind : notes) {
            if (Files.isDirectory(kind.folder())) {
                removeOlder(kind.folder(), FORGOTTEN);
            }
        }
        List<Aged> all = list(blobs.folder());
        long total = all.stream().mapToLong(Aged::size).sum();
        all.sort(Comparator.comparing(Aged::used));
        for (Aged oldest : all) {
            if (total <= maxBytes) {
                return;
            }
            if (!oldest.path().equals(fresh)) {
                Files.deleteIfExists(oldest.path());
                total -= oldest.size();
            }
        }
    }

    /** A note has been of use: it is not forgotten. */
    void used(Path note) {
        try {
            Instant now = clock.instant();
            if (Files.getLastModifiedTime(note).toInstant().isBefore(now.minus(FRESH))) {
                Files.setLastModifiedTime(note, FileTime.from(now));
            }
        } catch (IOException e) {
            // Then it is forgotten too early, and made again.
            return;
        }
    }

    private void removeOlder(Path folder, Duration age) throws IOException {
        for (Aged old : list(folder)) {
            if (old.used().isBefore(clock.instant().minus(age))) {
                Files.deleteIfExists(old.path());
            }
        }
    }

    /** Others may remove files while this looks at them. */
    private static List<Aged> list(Path folder) throws IOException {
        List<Aged> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                try {
                    found.add(new Aged(
                            file,
                            Files.size(file),
                            Files.getLastModifiedTime(file).toInstant()));
                } catch (java.nio.file.NoSuchFileException e) {
                    continue;
                }
            }
        }
        return found;
    }
}
