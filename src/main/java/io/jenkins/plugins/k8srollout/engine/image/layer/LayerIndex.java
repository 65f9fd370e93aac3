package io.jenkins.plugins.k8srollout.engine.image.layer;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * What a layer does to the files below it, without their contents: enough to know what a base image holds.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/layer.md">OCI layers</a>
 */
final class LayerIndex {
    private static final int FORMAT = 3;
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

    private record Item(
            Action action,
            String path,
            int mode,
            long uid,
            long gid,
            long size,
            String target,
            Map<String, String> attributes) {
        static Item removal(Action action, String path) {
            return new Item(action, path, 0, 0, 0, 0, "", Map.of());
        }
    }

    private LayerIndex(List<Item> items) {
        this.items = items;
    }

    /** Reads a compressed or plain layer to its end. */
    static LayerIndex of(InputStream layer) throws IOException {
        List<Item> items = new ArrayList<>();
        InputStream plain = Decompression.undo(layer);
        AttributeReader reader = new AttributeReader(plain);
        TarArchiveInputStream tar = new TarArchiveInputStream(reader);
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            add(items, entry, reader.attributes());
        }
        // The rest must be read too: only at its end is the digest verified.
        plain.transferTo(OutputStream.nullOutputStream());
        layer.transferTo(OutputStream.nullOutputStream());
        return new LayerIndex(items);
    }

    private static void add(List<Item> items, TarArchiveEntry entry, Map<String, String> attributes) {
        String path = ArchivePath.of(entry.getName());
        String name = path.substring(path.lastIndexOf('/') + 1);
        String folder = path.substring(0, path.length() - name.length());
        if (name.equals(OPAQUE)) {
            String emptied = folder.isEmpty() ? "" : folder.substring(0, folder.length() - 1);
            items.add(Item.removal(Action.EMPTY, emptied));
        } else if (name.startsWith(WHITEOUT) && !name.startsWith(RESERVED)) {
            String removed = folder + name.substring(WHITEOUT.length());
            items.add(Item.removal(Action.REMOVE, removed));
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
                    target,
                    attributes));
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
        // The library calls everything else a file, devices too.
        boolean special = entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO();
        return special ? Action.SPECIAL : Action.FILE;
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
            if (item.action() == Action.HARD_LINK) {
                link(item, tree);
            } else {
                node(item, layer).ifPresent(node -> tree.put(item.path(), node));
            }
        }
    }

    private static void link(Item item, ImageTree tree) {
        tree.node(item.target()).ifPresent(same -> {
            FileNode shared = same.identity() == 0 ? same.withIdentity(tree.newIdentity()) : same;
            tree.put(item.target(), shared);
            tree.put(item.path(), shared);
        });
    }

    private static Optional<FileNode> node(Item item, ImageDigest layer) {
        Optional<FileNode> own =
                switch (item.action()) {
                    case FOLDER -> Optional.of(FileNode.folder(item.mode(), item.uid(), item.gid()));
                    case FILE ->
                        Optional.of(FileNode.file(
                                item.mode(), item.uid(), item.gid(), new LayerFile(layer, item.path(), item.size())));
                    case LINK -> Optional.of(FileNode.link(item.target(), item.uid(), item.gid()));
                    case SPECIAL -> Optional.of(FileNode.special(item.mode(), item.uid(), item.gid()));
                    default -> Optional.empty();
                };
        return own.map(node -> item.attributes().isEmpty() ? node : node.withAttributes(item.attributes()));
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
            data.writeInt(item.attributes().size());
            for (Map.Entry<String, String> attribute : item.attributes().entrySet()) {
                byte[] value = HexFormat.of().parseHex(attribute.getValue());
                data.writeUTF(attribute.getKey());
                data.writeInt(value.length);
                data.write(value);
            }
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
                    data.readUTF(),
                    attributes(data)));
        }
        return new LayerIndex(items);
    }

    private static Map<String, String> attributes(DataInputStream data) throws IOException {
        int count = data.readInt();
        Map<String, String> attributes = new HashMap<>();
        for (int i = 0; i < count; i++) {
            String name = data.readUTF();
            attributes.put(name, HexFormat.of().formatHex(data.readNBytes(data.readInt())));
        }
        return attributes;
    }
}
