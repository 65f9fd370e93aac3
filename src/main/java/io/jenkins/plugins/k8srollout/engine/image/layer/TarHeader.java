package io.jenkins.plugins.k8srollout.engine.image.layer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The blocks before an entry's content: a ustar header, preceded by a PAX header where ustar is too narrow, or
 * knows nothing of the kind.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html">POSIX pax</a>
 */
final class TarHeader {
    static final int BLOCK = 512;
    private static final int NAME = 100;
    private static final int LARGEST_ID = 07777777;
    private static final long LARGEST_SIZE = 077777777777L;
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_LENGTH = 8;
    private static final char PAX = 'x';

    private final byte[] block = new byte[BLOCK];

    private TarHeader(String name, int mode, long uid, long gid, long size, long time, char type, String link) {
        text(0, NAME, name);
        octal(NAME, 8, mode);
        octal(108, 8, Math.min(uid, LARGEST_ID));
        octal(116, 8, Math.min(gid, LARGEST_ID));
        octal(124, 12, Math.min(size, LARGEST_SIZE));
        octal(136, 12, time);
        block[156] = (byte) type;
        text(157, NAME, link);
        text(257, 8, "ustar\00000");
        octal(329, 8, 0);
        octal(337, 8, 0);
        checksum();
    }

    /**
     * @param hardLinkTo the path of the same file; empty text if this entry brings the content
     * @param seconds modification time since 1970
     */
    static byte[] of(LayerEntry entry, String hardLinkTo, long seconds) {
        FileNode node = entry.node();
        String name = node.isFolder() ? entry.path() + "/" : entry.path();
        boolean linked = !hardLinkTo.isEmpty();
        String target = linked ? hardLinkTo : node.linkTarget();
        long size = node.isFile() && !linked ? node.content().size() : 0;
        Map<String, byte[]> wide = extended(name, target, node, size);
        char type = linked ? '1' : node.isFolder() ? '5' : node.isLink() ? '2' : '0';
        ByteArrayOutputStream out = new ByteArrayOutputStream(3 * BLOCK);
        if (!wide.isEmpty()) {
            byte[] records = records(wide);
            TarHeader pax = new TarHeader("PaxHeaders/entry", 0644, 0, 0, records.length, seconds, PAX, "");
            out.writeBytes(pax.block);
            out.writeBytes(records);
            out.writeBytes(new byte[padding(records.length)]);
        }
        TarHeader header = new TarHeader(name, node.mode(), node.uid(), node.gid(), size, seconds, type, target);
        out.writeBytes(header.block);
        return out.toByteArray();
    }

    /** How many zero bytes fill the last block of a content. */
    static int padding(long size) {
        return (int) ((BLOCK - size % BLOCK) % BLOCK);
    }

    private static Map<String, byte[]> extended(String name, String target, FileNode node, long size) {
        Map<String, byte[]> wide = new LinkedHashMap<>();
        if (!fits(name)) {
            wide.put("path", bytes(name));
        }
        if (!fits(target)) {
            wide.put("linkpath", bytes(target));
        }
        if (size > LARGEST_SIZE) {
            wide.put("size", bytes(String.valueOf(size)));
        }
        if (node.uid() > LARGEST_ID) {
            wide.put("uid", bytes(String.valueOf(node.uid())));
        }
        if (node.gid() > LARGEST_ID) {
            wide.put("gid", bytes(String.valueOf(node.gid())));
        }
        new TreeMap<>(node.attributes())
                .forEach((key, value) ->
                        wide.put(AttributeReader.PREFIX + key, HexFormat.of().parseHex(value)));
        return wide;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean fits(String text) {
        return text.length() <= NAME && text.chars().allMatch(c -> c < 0x80);
    }

    /** Each record starts with its own length in decimal digits, which counts those digits too. */
    private static byte[] records(Map<String, byte[]> values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        values.forEach((key, value) -> {
            byte[] start = bytes(" " + key + "=");
            int rest = start.length + value.length + 1;
            int length = rest + 1;
            while (String.valueOf(length).length() + rest != length) {
                length = String.valueOf(length).length() + rest;
            }
            out.writeBytes(bytes(String.valueOf(length)));
            out.writeBytes(start);
            out.writeBytes(value);
            out.write('\n');
        });
        return out.toByteArray();
    }

    private void text(int at, int length, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, block, at, Math.min(bytes.length, length));
    }

    private void octal(int at, int length, long value) {
        String digits = Long.toOctalString(value);
        text(at, length, "0".repeat(length - 1 - digits.length()) + digits);
    }

    private void checksum() {
        java.util.Arrays.fill(block, CHECKSUM, CHECKSUM + CHECKSUM_LENGTH, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xFF;
        }
        octal(CHECKSUM, 7, sum);
        block[CHECKSUM + 7] = ' ';
    }
}
