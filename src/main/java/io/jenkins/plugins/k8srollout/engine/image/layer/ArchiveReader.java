package io.jenkins.plugins.k8srollout.engine.image.layer;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Reads the archives that ADD unpacks: tar, plain or compressed with gzip, bzip2 or xz. */
public final class ArchiveReader {
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_END = 156;

    private ArchiveReader() {}

    /**
     * The entries of an archive in its order, the last of a name first decided by the caller's tree.
     *
     * @param spool keeps the contents
     * @return empty if the content is no archive, whatever its name says
     */
    public static Optional<List<LayerEntry>> read(Content content, Spool spool) throws IOException {
        if (!isArchive(content)) {
            return Optional.empty();
        }
        List<LayerEntry> entries = new ArrayList<>();
        Map<String, FileNode> files = new HashMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(Decompression.undo(content.open()))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                LayerEntry read = new LayerEntry(ArchivePath.of(entry.getName()), node(entry, tar, files, spool));
                files.put(read.path(), read.node());
                entries.add(read);
            }
        }
        return Optional.of(entries);
    }

    private static FileNode node(TarArchiveEntry entry, InputStream content, Map<String, FileNode> files, Spool spool)
            throws IOException {
        if (entry.isDirectory()) {
            return FileNode.folder(entry.getMode(), entry.getLongUserId(), entry.getLongGroupId());
        }
        if (entry.isSymbolicLink()) {
            return FileNode.link(entry.getLinkName(), entry.getLongUserId(), entry.getLongGroupId());
        }
        if (entry.isLink()) {
            FileNode target = files.get(ArchivePath.of(entry.getLinkName()));
            if (target == null) {
                throw new TreeException(
                        "the archive's '" + entry.getName() + "' is a hard link to '" + entry.getLinkName()
                                + "', which it does not hold",
                        "Pack it again with the file itself");
            }
            return target;
        }
        if (!entry.isFile()) {
            throw new TreeException(
                    "the archive's '" + entry.getName() + "' is a device or a pipe", "Pack it again without");
        }
        return FileNode.file(entry.getMode(), entry.getLongUserId(), entry.getLongGroupId(), spool.keep(content));
    }

    /** As BuildKit decides: it is one if a first header can be read. */
    private static boolean isArchive(Content content) throws IOException {
        try (InputStream in = Decompression.undo(content.open())) {
            byte[] header = in.readNBytes(TarHeader.BLOCK);
            return header.length == TarHeader.BLOCK && checksumIsRight(header);
        } catch (ZipException | java.io.EOFException e) {
            return false;
        }
    }

    private static boolean checksumIsRight(byte[] header) {
        long sum = 0;
        StringBuilder written = new StringBuilder();
        for (int i = 0; i < header.length; i++) {
            boolean inChecksum = i >= CHECKSUM && i < CHECKSUM_END;
            sum += inChecksum ? ' ' : header[i] & 0xFF;
            if (inChecksum && header[i] >= '0' && header[i] <= '7') {
                written.append((char) header[i]);
            }
        }
        return written.length() > 0 && header[0] != 0 && Long.parseLong(written.toString(), 8) == sum;
    }
}
