package io.jenkins.plugins.k8srollout.engine.image.layer;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a build has seen of its context: which names are in the folders that it listed, in the disk's order and before
 * any ignore file, and how the files were that it looked up. As long as all of this is the same, the same build sees the
 * same context. Immutable and thread-safe.
 *
 * <p>It is kept and compared as bytes, a block for each folder: a thousand files are compared in milliseconds, also in a
 * process that has only just begun.
 */
public final class ContextSnapshot {
    private static final byte UNSEEN = 0;
    private static final byte MISSING = 1;
    private static final byte LOOKED = 2;
    private static final byte FOLDER = 3;
    private static final byte IS_FOLDER = 4;
    private static final byte NO_FOLDER = 5;
    private static final int NOT_LISTED = -1;

    private final byte[] bytes;

    private ContextSnapshot(byte[] bytes) {
        this.bytes = bytes;
    }

    public static ContextSnapshot of(byte[] bytes) {
        return new ContextSnapshot(bytes);
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * Work that together finds out whether a folder is as it was, to be run by one or several threads; each part ends
     * early once another has seen a difference.
     *
     * @param holds set to false by the first part that sees one
     */
    public List<Callable<Void>> comparison(Path root, AtomicBoolean holds, int parts) {
        List<ByteBuffer> blocks = blocks();
        List<Callable<Void>> work = new ArrayList<>();
        for (int part = 0; part < Math.min(parts, blocks.size()); part++) {
            int first = part;
            work.add(() -> {
                for (int i = first; i < blocks.size() && holds.get(); i += parts) {
                    if (!same(root, blocks.get(i))) {
                        holds.set(false);
                    }
                }
                return null;
            });
        }
        return work;
    }

    private List<ByteBuffer> blocks() {
        List<ByteBuffer> blocks = new ArrayList<>();
        ByteBuffer all = ByteBuffer.wrap(bytes);
        while (all.hasRemaining()) {
            int length = all.getInt();
            blocks.add(all.slice(all.position(), length));
            all.position(all.position() + length);
        }
        return blocks;
    }

    private static boolean same(Path root, ByteBuffer block) {
        String folder = text(block);
        Path path = root.resolve(folder);
        int count = block.getInt();
        String[] names = null;
        if (count != NOT_LISTED) {
            names = new File(path.toString()).list();
            if (names == null || names.length != count) {
                return false;
            }
        }
        for (int i = 0; block.hasRemaining(); i++) {
            String name = text(block);
            if (names != null && !names[i].equals(name)) {
                return false;
            }
            byte kind = block.get();
            if (kind != UNSEEN && !same(path.resolve(name), kind, block)) {
                return false;
            }
        }
        return true;
    }

    private static boolean same(Path path, byte kind, ByteBuffer block) {
        FileStat now;
        try {
            now = FileStat.of(path);
        } catch (NoSuchFileException e) {
            return kind == MISSING || kind == NO_FOLDER;
        } catch (IOException e) {
            // Whatever it is, the build that looks properly will say it.
            return false;
        }
        return switch (kind) {
            case LOOKED ->
                now.type().ordinal() == block.get()
                        && now.mode() == block.getInt()
                        && now.size() == block.getLong()
                        && now.modified() == block.getLong()
                        && now.changed() == block.getLong()
                        && now.inode() == block.getLong();
            case IS_FOLDER -> now.type() == FileStat.Type.FOLDER;
            case FOLDER -> now.type() == FileStat.Type.FOLDER && now.mode() == block.getInt();
            case NO_FOLDER -> now.type() != FileStat.Type.FOLDER;
            default -> false;
        };
    }

    private static String text(ByteBuffer block) {
        int length = block.getShort() & 0xFFFF;
        String text = new String(block.array(), block.arrayOffset() + block.position(), length, StandardCharsets.UTF_8);
        block.position(block.position() + length);
        return text;
    }

    /** Collects what is seen. Used by one thread. */
    static final class Builder {
        private final long begun;
        private final Map<String, List<String>> listings = new LinkedHashMap<>();
        private final Map<String, Note> notes = new LinkedHashMap<>();
        private boolean settled = true;

        private record Note(byte kind, FileStat stat) {}

        /**
         * @param begun nanoseconds since 1970; nothing was looked at before
         */
        Builder(long begun) {
            this.begun = begun;
        }

        void listed(String folder, List<String> names) {
            listings.put(folder, List.copyOf(names));
        }

        void looked(String path, FileStat stat) {
            boolean folder = stat.type() == FileStat.Type.FOLDER;
            // A folder's times change with its names, which are compared themselves.
            settled = settled && (folder || stat.settledBefore(begun));
            notes.put(path, new Note(folder ? FOLDER : LOOKED, stat));
        }

        void missing(String path) {
            notes.put(path, new Note(MISSING, null));
        }

        /** Only this was asked: whether there is a folder at a path. */
        void typed(String path, boolean folder) {
            notes.putIfAbsent(path, new Note(folder ? IS_FOLDER : NO_FOLDER, null));
        }

        Optional<ContextSnapshot> build() {
            if (!settled) {
                return Optional.empty();
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (DataOutputStream out = new DataOutputStream(bytes)) {
                Map<String, Note> left = new LinkedHashMap<>(notes);
                for (Map.Entry<String, List<String>> listing : listings.entrySet()) {
                    String folder = listing.getKey();
                    List<String> names = listing.getValue();
                    writeBlock(out, folder, names.size(), names, folder.isEmpty() ? "" : folder + "/", left);
                }
                writeBlock(out, "", NOT_LISTED, List.copyOf(left.keySet()), "", left);
            } catch (IOException e) {
                // Names too long to be written down.
                return Optional.empty();
            }
            return Optional.of(new ContextSnapshot(bytes.toByteArray()));
        }

        private static void writeBlock(
                DataOutputStream out,
                String folder,
                int count,
                List<String> names,
                String prefix,
                Map<String, Note> left)
                throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream block = new DataOutputStream(bytes);
            writeText(block, folder);
            block.writeInt(count);
            for (String name : names) {
                writeText(block, name);
                write(block, left.remove(prefix + name));
            }
            out.writeInt(bytes.size());
            bytes.writeTo(out);
        }

        private static void write(DataOutputStream out, Note note) throws IOException {
            if (note == null) {
                out.writeByte(UNSEEN);
                return;
            }
            out.writeByte(note.kind());
            if (note.kind() == LOOKED) {
                out.writeByte(note.stat().type().ordinal());
                out.writeInt(note.stat().mode());
                out.writeLong(note.stat().size());
                out.writeLong(note.stat().modified());
                out.writeLong(note.stat().changed());
                out.writeLong(note.stat().inode());
            } else if (note.kind() == FOLDER) {
                out.writeInt(note.stat().mode());
            }
        }

        private static void writeText(DataOutputStream out, String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            if (bytes.length > 0xFFFF) {
                throw new IOException("a file name of " + bytes.length + " bytes");
            }
            out.writeShort(bytes.length);
            out.write(bytes);
        }
    }
}
