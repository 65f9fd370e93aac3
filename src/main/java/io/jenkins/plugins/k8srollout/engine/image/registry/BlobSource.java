package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Content that can be read more than once and from any place, so that an upload can go on after a broken connection.
 * Thread-safe; opened from threads of the client's.
 */
public interface BlobSource {
    ImageDigest digest();

    /** In bytes, of the whole content. */
    long size();

    /**
     * A fresh stream that begins at {@code offset}, which the caller closes.
     *
     * @param offset from 0 to {@link #size()}
     */
    InputStream open(long offset) throws IOException;

    /** Small content that is in memory anyway: an image's configuration. */
    static BlobSource of(byte[] content) {
        byte[] kept = content.clone();
        ImageDigest digest = ImageDigest.of(kept);
        return new BlobSource() {
            @Override
            public ImageDigest digest() {
                return digest;
            }

            @Override
            public long size() {
                return kept.length;
            }

            @Override
            public InputStream open(long offset) {
                return new ByteArrayInputStream(kept, (int) offset, kept.length - (int) offset);
            }
        };
    }

    /** A file that must not change until the upload is over. */
    static BlobSource of(Path file, ImageDigest digest, long size) {
        return new BlobSource() {
            @Override
            public ImageDigest digest() {
                return digest;
            }

            @Override
            public long size() {
                return size;
            }

            @Override
            public InputStream open(long offset) throws IOException {
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                try {
                    return Channels.newInputStream(channel.position(offset));
                } catch (IOException | RuntimeException e) {
                    channel.close();
                    throw e;
                }
            }
        };
    }
}
