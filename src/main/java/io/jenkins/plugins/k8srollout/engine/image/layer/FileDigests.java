package io.jenkins.plugins.k8srollout.engine.image.layer;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers the content digests of a folder's files, so that an unchanged file is only looked up, never read.
 *
 * <p>A digest is trusted as long as size, modification time, change time and inode are the same. A file that changed in
 * the very moment it was read is not remembered ({@link FileStat#settledBefore}). Thread-safe.
 */
public final class FileDigests {
    private static final int FORMAT = 1;
    private static final int DIGEST_BYTES = 32;

    private final Map<String, Known> known;
    private final Map<String, Known> used = new ConcurrentHashMap<>();
    private final Clock clock;
    private volatile boolean changed;

    private record Known(FileStat stat, ImageDigest digest) {}

    private FileDigests(Map<String, Known> known, Clock clock) {
        this.known = known;
        this.clock = clock;
    }

    /** Remembers nothing beyond its own life. */
    public static FileDigests inMemory(Clock clock) {
        return new FileDigests(Map.of(), clock);
    }

    /** Reads what was saved; a missing or damaged file is as good as none. */
    static FileDigests load(Path file, Clock clock) {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            if (in.readInt() != FORMAT) {
                return inMemory(clock);
            }
            int count = in.readInt();
            Map<String, Known> known = new HashMap<>(count * 2);
            for (int i = 0; i < count; i++) {
                byte[] name = new byte[in.readUnsignedShort()];
                in.readFully(name);
                FileStat stat = new FileStat(
                        FileStat.Type.FILE, 0, in.readLong(), in.readLong(), in.readLong(), in.readLong(), 0, 1);
                byte[] hash = new byte[DIGEST_BYTES];
                in.readFully(hash);
                known.put(new String(name, StandardCharsets.UTF_8), new Known(stat, ImageDigest.ofHash(hash)));
            }
            return new FileDigests(known, clock);
        } catch (IOException | RuntimeException e) {
            return inMemory(clock);
        }
    }

    /** Writes what this run has used; does nothing if that is what was read. */
    void save(DiskFolder folder, String name) throws IOException {
        if (!changed && used.size() == known.size()) {
            return;
        }
        folder.write(name, out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeInt(FORMAT);
            data.writeInt(used.size());
            for (Map.Entry<String, Known> entry : used.entrySet()) {
                byte[] path = entry.getKey().getBytes(StandardCharsets.UTF_8);
                FileStat stat = entry.getValue().stat();
                data.writeShort(path.length);
                data.write(path);
                data.writeLong(stat.size());
                data.writeLong(stat.modified());
                data.writeLong(stat.changed());
                data.writeLong(stat.inode());
                data.write(java.util.HexFormat.of()
                        .parseHex(entry.getValue().digest().hex()));
            }
            data.flush();
        });
    }

    /** The digest of a file's content, from memory if the file is what it was. */
    ImageDigest of(FileContent file) throws IOException {
        String key = file.path().toString();
        Known memory = known.get(key);
        if (memory != null && same(memory.stat(), file.stat())) {
            used.put(key, memory);
            return memory.digest();
        }
        long before = FileStat.nanos(clock.instant());
        ImageDigest digest = file.hash();
        if (file.stat().settledBefore(before) && key.length() < Short.MAX_VALUE) {
            used.put(key, new Known(file.stat(), digest));
            changed = true;
        }
        return digest;
    }

    private static boolean same(FileStat a, FileStat b) {
        return a.size() == b.size()
                && a.modified() == b.modified()
                && a.changed() == b.changed()
                && a.inode() == b.inode();
    }
}
