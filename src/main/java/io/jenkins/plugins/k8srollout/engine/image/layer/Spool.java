package io.jenkins.plugins.k8srollout.engine.image.layer;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/**
 * One temporary file that holds many contents read from archives: cheaper than a file each. It is removed on closing;
 * the contents are of no use then. Filled by one thread at a time.
 */
public final class Spool implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final OutputStream out;
    private long length;

    private Spool(Path file) throws IOException {
        this.file = file;
        this.out = Files.newOutputStream(file, StandardOpenOption.WRITE);
    }

    /**
     * @param folder to hold the temporary file
     */
    public static Spool in(Path folder) throws IOException {
        return new Spool(Files.createTempFile(folder, "spool", ""));
    }

    /** Keeps what the stream still yields. */
    public synchronized Content keep(InputStream in) throws IOException {
        MessageDigest hash = ImageDigest.newSha256();
        byte[] buffer = new byte[BUFFER];
        long start = length;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            hash.update(buffer, 0, n);
            out.write(buffer, 0, n);
            length += n;
        }
        return new Slice(file, start, length - start, ImageDigest.ofHash(hash.digest()));
    }

    @Override
    public void close() throws IOException {
        out.close();
        Files.deleteIfExists(file);
    }

    private record Slice(Path file, long start, long size, ImageDigest digest) implements Content {
        @Override
        public InputStream open() throws IOException {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            channel.position(start);
            return new FilterInputStream(Channels.newInputStream(channel)) {
                private long left = size;

                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    if (left == 0) {
                        return -1;
                    }
                    int n = in.read(bytes, offset, (int) Math.min(length, left));
                    if (n < 0) {
                        throw new IOException("a temporary file of the build was cut off");
                    }
                    left -= n;
                    return n;
                }
            };
        }
    }
}
