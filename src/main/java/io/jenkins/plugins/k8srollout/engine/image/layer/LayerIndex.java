package io.jenkins.plugins.k8srollout.engine.image.layer;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * What a layer does to the files below it, without their contents: enough to know what a base image holds.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/layer.md">OCI layers</a>
 */
final class LayerIndex {
    private static final int FORMAT = 2;
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    private static final String RESERVED = ".wh..wh.";

    private final List<Item> items;

    private enum Action {
        FOLDER,
        FILE,
        LINK,
        HARD_LINK,
        SPECIAL,
        REMOVE,
        EMPTY
    }

    private record Item(Action action, String path, int mode, long uid, long gid, long size, String target) {}

    private LayerIndex(List<Item> items) {
        this.items = items;
    }

    /** Reads a compressed or plain layer to its end. */
    static LayerIndex of(InputStream layer) throws IOException {
        List<Item> items = new ArrayList<>();
        InputStream plain = Decompression.undo(layer);
        TarArchiveInputStream tar = new TarArchiveInputStream(plain);
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            add(items, entry);
        }
        // The rest must be read too: only at its end is the digest verified.
        plain.transferTo(OutputStream.nullOutputStream());
        layer.transferTo(OutputStream.nullOutputStream());
        return new LayerIndex(items);
    }

    private static void add(List<Item> items, TarArchiveEntry entry) {
        String path = ArchivePath.of(entry.getName());
        String name = path.substring(path.lastIndexOf('/') + 1);
        String folder = path.substring(0, path.length() - name.length());
        if (name.equals(OPAQUE)) {
            items.add(new Item(
                    Action.EMPTY, folder.isEmpty() ? "" : folder.substring(0, folder.length() - 1), 0, 0, 0, 0, ""));
        } else if (name.startsWith(WHITEOUT) && !name.startsWith(RESERVED)) {
            String removed = folder + name.substring(WHITEOUT.length());
            items.add(new Item(Action.REMOVE, removed, 0, 0, 0, 0, ""));
        } else if (!name.startsWith(RESERVED)) {
            Action action = action(entry);
            String target = action == Action.HARD_LINK
                    ? ArchivePath.of(entry.getLinkName())
                    : action == Action.LINK ? entry.getLinkName() : "";
            items.add(new Item(
                    action,
                    path,
                    entry.getMode(),
                    entry.getLongUserId(),
                    entry.getLongGroupId(),
                    action == Action.FILE ? entry.getSize() : 0,
                    target));
        }
    }

    private static Action action(TarArchiveEntry entry) {
        if (entry.isDirectory()) {
            return Action.FOLDER;
        }
        if (entry.isSymbolicLink()) {
            return Action.LINK;
        }
        if (entry.isLink()) {
            return Action.HARD_LINK;
        }
        return entry.isFile() ? Action.FILE : Action.SPECIAL;
    }

    /** Removals first: they concern the layers below, wherever they stand in the archive. */
    void applyTo(ImageTree tree, ImageDigest layer) {
        for (Item item : items) {
            if (item.action() == Action.REMOVE) {
                tree.remove(item.path());
            } else if (item.action() == Action.EMPTY) {
                tree.removeBelow(item.path());
            }
        }
        for (Item item : items) {
            switch (item.action()) {
                case FOLDER -> tree.put(item.path(), FileNode.folder(item.mode(), item.uid(), item.gid()));
                case FILE ->
                    tree.put(
                            item.path(),
                            FileNode.file(
                                    item.mode(),
                                    item.uid(),
                                    item.gid(),
                                    new LayerFile(layer, item.path(), item.size())));
                case LINK -> tree.put(item.path(), FileNode.link(item.target(), item.uid(), item.gid()));
                case HARD_LINK -> tree.node(item.target()).ifPresent(target -> tree.put(item.path(), target));
                case SPECIAL -> tree.put(item.path(), FileNode.special(item.mode(), item.uid(), item.gid()));
                default -> {}
            }
        }
    }

    void write(OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        data.writeInt(FORMAT);
        data.writeInt(items.size());
        for (Item item : items) {
            data.writeByte(item.action().ordinal());
            data.writeUTF(item.path());
            data.writeInt(item.mode());
            data.writeLong(item.uid());
            data.writeLong(item.gid());
            data.writeLong(item.size());
            data.writeUTF(item.target());
        }
        data.flush();
    }

    /**
     * @throws IOException if it is of another format or cut off
     */
    static LayerIndex read(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        if (data.readInt() != FORMAT) {
            throw new IOException("the index is of another format");
        }
        int count = data.readInt();
        List<Item> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            items.add(new Item(
                    Action.values()[data.readByte()],
                    data.readUTF(),
                    data.readInt(),
                    data.readLong(),
                    data.readLong(),
                    data.readLong(),
                    data.readUTF()));
        }
        return new LayerIndex(items);
    }
}
