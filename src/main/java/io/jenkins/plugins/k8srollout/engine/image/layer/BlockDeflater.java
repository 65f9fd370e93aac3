package io.jenkins.plugins.k8srollout.engine.image.layer;

import java.io.ByteArrayOutputStream;
import java.util.zip.Deflater;

/**
 * Compresses one block of a stream on its own, so that many threads can work on one stream. A compressed block ends at
 * a byte's edge, so blocks can be joined; it refers to up to 32 KiB before it, as a single compressor would, so cutting
 * costs next to nothing in size. Pieces that look random are stored as they are: compressing them takes the most time
 * and gains nothing.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1951">RFC 1951</a>
 */
final class BlockDeflater {
    static final int WINDOW = 1 << 15;
    // The finer, the more of a mixed file is seen for what it is; still finer ones gain little.
    private static final int PIECE = 1 << 13;
    private static final int LARGEST_STORED = 65_535;
    private static final int SAMPLE_STEP = 3;
    // Bits per byte. So few random bytes come to about 7.93, compressed archives to nearly as much, text to 4 or 5.
    private static final double RANDOM = 7.86;

    private final int level;

    BlockDeflater(int level) {
        this.level = level;
    }

    /**
     * @param data the block preceded by the window before it
     * @param start where the block begins
     * @param end where it ends
     */
    byte[] deflate(byte[] data, int start, int end) {
        ByteArrayOutputStream out = new ByteArrayOutputStream((end - start) / 2 + 64);
        Deflater deflater = new Deflater(level, true);
        try {
            int from = start;
            while (from < end) {
                boolean random = looksRandom(data, from, Math.min(from + PIECE, end));
                int to = Math.min(from + PIECE, end);
                while (to < end && looksRandom(data, to, Math.min(to + PIECE, end)) == random) {
                    to = Math.min(to + PIECE, end);
                }
                if (random) {
                    store(data, from, to, out);
                } else {
                    deflater.reset();
                    compress(deflater, data, from, to, out);
                }
                from = to;
            }
        } finally {
            deflater.end();
        }
        return out.toByteArray();
    }

    private static void compress(Deflater deflater, byte[] data, int from, int to, ByteArrayOutputStream out) {
        int window = Math.min(from, WINDOW);
        if (window > 0) {
            deflater.setDictionary(data, from - window, window);
        }
        deflater.setInput(data, from, to - from);
        byte[] buffer = new byte[1 << 16];
        int n;
        do {
            n = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
            out.write(buffer, 0, n);
        } while (n == buffer.length);
    }

    private static void store(byte[] data, int from, int to, ByteArrayOutputStream out) {
        for (int at = from; at < to; at += LARGEST_STORED) {
            int length = Math.min(LARGEST_STORED, to - at);
            out.write(0);
            out.write(length);
            out.write(length >> 8);
            out.write(~length);
            out.write(~length >> 8);
            out.write(data, at, length);
        }
    }

    /** Estimates the entropy of single bytes from a sample. */
    private static boolean looksRandom(byte[] data, int from, int to) {
        if (to - from < PIECE) {
            return false;
        }
        int[] counts = new int[256];
        int samples = 0;
        for (int i = from; i < to; i += SAMPLE_STEP) {
            counts[data[i] & 0xFF]++;
            samples++;
        }
        double bits = 0;
        for (int count : counts) {
            if (count > 0) {
                double share = (double) count / samples;
                bits -= share * Math.log(share);
            }
        }
        return bits / Math.log(2) > RANDOM;
    }
}
