package io.jenkins.plugins.k8srollout.engine.image.layer;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/** Digests of whole files. */
final class Digests {
    private static final int BUFFER = 1 << 17;

    private Digests() {}

    static ImageDigest of(Path file) throws IOException {
        MessageDigest hash = ImageDigest.newSha256();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                hash.update(buffer, 0, n);
            }
        }
        return ImageDigest.ofHash(hash.digest());
    }
}
