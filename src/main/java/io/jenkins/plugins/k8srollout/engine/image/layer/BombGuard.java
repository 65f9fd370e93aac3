package io.jenkins.plugins.k8srollout.engine.image.layer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Ends the reading of an archive that unpacks to far more than anybody packs. What people pack shrinks to a tenth, logs
 * and dumps perhaps to a fiftieth; a gigabyte may come of anything. One thread.
 */
final class BombGuard extends FilterInputStream {
    private static final long ALWAYS_ALLOWED = 1L << 30;
    private static final long MOST_TIMES = 100;

    private final long packedSize;
    private long read;

    /**
     * @param plain what comes out of the archive
     * @param packedSize bytes that went in
     */
    BombGuard(InputStream plain, long packedSize) {
        super(plain);
        this.packedSize = packedSize;
    }

    /** Looks whether there would be too much with a file of this size. */
    void announce(long size) {
        check(read + Math.max(0, size));
    }

    /** Counts bytes that come of the archive without being read from it: those of sparse files. */
    void count(long bytes) {
        read += Math.max(0, bytes);
        check(read);
    }

    private void check(long bytes) {
        if (bytes < 0 || bytes > ALWAYS_ALLOWED && bytes / MOST_TIMES > packedSize) {
            throw new TreeException(
                    "the archive of " + packedSize + " bytes unpacks to more than " + ALWAYS_ALLOWED + " bytes and "
                            + MOST_TIMES + " times its size",
                    "If that is meant, unpack it in the build context and COPY the folder");
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
        int count = super.read(buffer, from, length);
        count(count);
        return count;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
