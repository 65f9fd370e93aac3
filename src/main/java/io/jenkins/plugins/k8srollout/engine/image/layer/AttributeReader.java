package io.jenkins.plugins.k8srollout.engine.image.layer;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarUtils;

/**
 * Lets a tar archive pass to its reader and picks up the extended attributes of its entries. The reader itself takes
 * PAX values for text, and those of {@code security.capability} are none. One thread.
 */
final class AttributeReader extends FilterInputStream {
    /** Before an attribute's name, in the keys of PAX headers. */
    static final String PREFIX = "SCHILY.xattr.";

    private static final int SIZE = 124;
    private static final int SIZE_LENGTH = 12;
    private static final int TYPE = 156;
    private static final int SKIPPED = 1 << 16;
    // Kernels take 64 KiB for all attributes of a file; what is longer must not fill the memory.
    private static final int MOST_PAX = 1 << 20;
    // What stands between header and entry: other names, and what concerns all entries that follow.
    private static final String PRELUDES = "LKg";

    private final byte[] header = new byte[TarHeader.BLOCK];
    private final byte[] skipped = new byte[SKIPPED];
    private int filled;
    private long content; // of the present entry, with its padding, still to come
    private int paxLeft;
    private ByteArrayOutputStream pax;
    private Map<String, byte[]> next = Map.of();
    private Map<String, String> attributes = Map.of();
    private boolean lost;

    AttributeReader(InputStream archive) {
        super(archive);
    }

    /** Of the entry whose header was read last: names to values in hexadecimal digits. */
    Map<String, String> attributes() {
        return attributes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
        int count = super.read(buffer, from, length);
        for (int at = from; !lost && at < from + count; ) {
            at += take(buffer, at, from + count - at);
        }
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        return Math.max(0, read(skipped, 0, (int) Math.max(0, Math.min(SKIPPED, count))));
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private int take(byte[] buffer, int from, int length) {
        if (content > 0) {
            int count = (int) Math.min(length, content);
            if (pax != null) {
                int kept = Math.min(count, paxLeft);
                pax.write(buffer, from, kept);
                paxLeft -= kept;
            }
            content -= count;
            if (content == 0 && pax != null) {
                next = records(pax.toByteArray());
                pax = null;
            }
            return count;
        }
        int count = Math.min(length, header.length - filled);
        System.arraycopy(buffer, from, header, filled, count);
        filled += count;
        if (filled == header.length) {
            filled = 0;
            takeHeader();
        }
        return count;
    }

    private void takeHeader() {
        if (header[0] == 0) {
            return; // the end of the archive
        }
        if (!TarUtils.verifyCheckSum(header)) {
            lost = true; // a dialect that is not known here; better no attributes than another entry's
            attributes = Map.of();
            return;
        }
        char type = (char) header[TYPE];
        long size = size(header);
        if (size > MOST_PAX && (type == 'x' || PRELUDES.indexOf(type) >= 0)) {
            // The archive's reader would take it into memory.
            throw new TreeException(
                    "the archive has a name or header of " + size + " bytes; at most " + MOST_PAX + " are read",
                    "Pack it again");
        }
        if (type == 'x') {
            pax = new ByteArrayOutputStream();
            paxLeft = (int) Math.min(size, MOST_PAX);
        } else if (PRELUDES.indexOf(type) < 0) {
            attributes = attributes(next);
            String wide = text(next.getOrDefault("size", new byte[0]));
            size = wide.matches("[0-9]{1,18}") ? Long.parseLong(wide) : size;
            size = type == '5' ? 0 : size;
            next = Map.of();
        }
        content = size + TarHeader.padding(size);
    }

    private static long size(byte[] header) {
        try {
            return TarUtils.parseOctalOrBinary(header, SIZE, SIZE_LENGTH);
        } catch (IllegalArgumentException e) {
            return 0; // malformed: the reader says so
        }
    }

    private static Map<String, String> attributes(Map<String, byte[]> records) {
        Map<String, String> found = new TreeMap<>();
        records.forEach((key, value) -> {
            if (key.startsWith(PREFIX)) {
                found.put(key.substring(PREFIX.length()), HexFormat.of().formatHex(value));
            }
        });
        return Map.copyOf(found);
    }

    /** Each is its own length in decimal digits, a space, key, equals sign, value and line feed. */
    private static Map<String, byte[]> records(byte[] bytes) {
        Map<String, byte[]> records = new TreeMap<>();
        int at = 0;
        while (at < bytes.length) {
            int space = indexOf(bytes, ' ', at);
            int equals = indexOf(bytes, '=', space);
            int end = at + length(bytes, at, space);
            if (equals > end || end > bytes.length || end <= at) {
                return records; // malformed: the reader says so
            }
            String key = text(Arrays.copyOfRange(bytes, space + 1, equals));
            records.put(key, Arrays.copyOfRange(bytes, equals + 1, end - 1));
            at = end;
        }
        return records;
    }

    private static int length(byte[] bytes, int from, int to) {
        String digits = text(Arrays.copyOfRange(bytes, from, to));
        return digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : 0;
    }

    private static int indexOf(byte[] bytes, char wanted, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != wanted) {
            at++;
        }
        return at;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
