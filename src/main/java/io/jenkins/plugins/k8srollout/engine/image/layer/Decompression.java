package io.jenkins.plugins.k8srollout.engine.image.layer;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZUtils;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdUtils;

/** Finds out how something is compressed by its first bytes and undoes it. */
final class Decompression {
    private static final int BUFFER = 1 << 16;
    private static final int MAGIC = 6;

    private Decompression() {}

    /**
     * The stream without its compression; itself where it has none.
     *
     * @throws TreeException for a format that cannot be read here
     */
    static InputStream undo(InputStream raw) throws IOException {
        BufferedInputStream in = new Lookahead(raw);
        in.mark(MAGIC);
        byte[] magic = in.readNBytes(MAGIC);
        in.reset();
        if (starts(magic, 0x1f, 0x8b)) {
            return new GZIPInputStream(in, BUFFER);
        }
        if (starts(magic, 'B', 'Z', 'h')) {
            return new BZip2CompressorInputStream(in, true);
        }
        if (starts(magic, 0xfd, '7', 'z', 'X', 'Z', 0)) {
            if (!XZUtils.isXZCompressionAvailable()) {
                throw unreadable("xz");
            }
            return new XZCompressorInputStream(in, true);
        }
        if (starts(magic, 0x28, 0xb5, 0x2f, 0xfd)) {
            if (!ZstdUtils.isZstdCompressionAvailable()) {
                throw unreadable("zstd");
            }
            return new ZstdCompressorInputStream(in);
        }
        return in;
    }

    /** Knows at any time whether there is more: a gzip stream asks after each member whether another one follows. */
    private static final class Lookahead extends BufferedInputStream {
        Lookahead(InputStream raw) {
            super(raw, BUFFER);
        }

        @Override
        public synchronized int available() throws IOException {
            mark(1);
            boolean end = read() < 0;
            reset();
            return end ? 0 : Math.max(1, super.available());
        }
    }

    private static TreeException unreadable(String format) {
        return new TreeException(
                "it is compressed with " + format + ", which the embedded builder cannot read",
                "Compress it with gzip, or choose an external builder");
    }

    private static boolean starts(byte[] bytes, int... expected) {
        if (bytes.length < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if ((bytes[i] & 0xFF) != expected[i]) {
                return false;
            }
        }
        return true;
    }
}
