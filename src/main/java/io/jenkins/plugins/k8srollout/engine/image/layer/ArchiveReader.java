package io.jenkins.plugins.k8srollout.engine.image.layer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Reads the archives that ADD unpacks: tar, plain or compressed with gzip, bzip2, xz or zstd. */
public final class ArchiveReader {
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_END = 156;
    private static final int MOST_ENTRIES = 1_000_000;

    private ArchiveReader() {}

    /**
     * One entry.
     *
     * @param path below where the archive is unpacked; empty text for that folder itself
     * @param hardLinkTo the path of the file that this is another name of; empty text for all else
     * @param node what it is; of a hard link only owner and permissions count
     */
    public record Entry(String path, String hardLinkTo, FileNode node) {}

    /**
     * The entries of an archive in its order; a later one of the same name replaces the earlier.
     *
     * @param spool keeps the contents
     * @return empty if the content is no archive, whatever its name says
     * @throws TreeException if it holds what cannot be put in an image, or unpacks to more than is reasonable
     */
    public static Optional<List<Entry>> read(Content content, Spool spool) throws IOException {
        if (!isArchive(content)) {
            return Optional.empty();
        }
        List<Entry> entries = new ArrayList<>();
        try (BombGuard plain = new BombGuard(Decompression.undo(content.open()), content.size())) {
            AttributeReader reader = new AttributeReader(plain);
            TarArchiveInputStream tar = new TarArchiveInputStream(reader, "UTF-8");
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entries.size() >= MOST_ENTRIES) {
                    throw new TreeException(
                            "the archive has more than " + MOST_ENTRIES + " entries", "Unpack it in several parts");
                }
                if (entry.isSparse()) {
                    plain.count(entry.getRealSize());
                }
                plain.announce(entry.getSize());
                if (!entry.isGlobalPaxHeader()) {
                    entries.add(read(entry, tar, spool, reader));
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("it is damaged: " + e.getMessage(), e);
        }
        return Optional.of(entries);
    }

    private static Entry read(TarArchiveEntry entry, InputStream content, Spool spool, AttributeReader reader)
            throws IOException {
        String path = ArchivePath.within(entry.getName());
        int mode = entry.getMode();
        long uid = entry.getLongUserId();
        long gid = entry.getLongGroupId();
        if (entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO()) {
            throw new TreeException(
                    "the archive's '" + entry.getName() + "' is a device or a pipe", "Pack it again without");
        }
        if (entry.isLink()) {
            return new Entry(path, ArchivePath.within(entry.getLinkName()), FileNode.special(mode, uid, gid));
        }
        FileNode node = entry.isDirectory()
                ? FileNode.folder(mode, uid, gid)
                : entry.isSymbolicLink()
                        ? FileNode.link(entry.getLinkName(), uid, gid)
                        : FileNode.file(mode, uid, gid, spool.keep(content));
        return new Entry(path, "", node.withAttributes(reader.attributes()));
    }

    /** As BuildKit decides: it is one if a first header can be read. */
    private static boolean isArchive(Content content) throws IOException {
        try (InputStream in = Decompression.undo(content.open())) {
            byte[] header = in.readNBytes(TarHeader.BLOCK);
            return header.length == TarHeader.BLOCK && checksumIsRight(header);
        } catch (ZipException | java.io.EOFException e) {
            return false;
        } catch (AccessDeniedException e) {
            // Whoever reads it as a file says so.
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
