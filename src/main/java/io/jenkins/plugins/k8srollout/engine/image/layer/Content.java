package io.jenkins.plugins.k8srollout.engine.image.layer;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** What a file holds. Immutable and thread-safe. */
public interface Content {

    /** In bytes. */
    long size();

    /** Digest of the bytes; the first call may read them. */
    ImageDigest digest() throws IOException;

    /** The caller closes the stream. It yields exactly {@link #size()} bytes or fails. */
    InputStream open() throws IOException;

    static Content ofBytes(byte[] bytes) {
        ImageDigest digest = ImageDigest.of(bytes);
        return new Content() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public ImageDigest digest() {
                return digest;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }
        };
    }
}
