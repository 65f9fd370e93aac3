package io.jenkins.plugins.k8srollout.engine.image.layer;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;

/** A file on disk, as it was when it was looked up; reading it fails if it has changed since. */
final class FileContent implements Content {
    private static final int BUFFER = 1 << 17;

    private final Path path;
    private final FileStat stat;
    private final FileDigests digests;
    private volatile ImageDigest digest;

    FileContent(Path path, FileStat stat, FileDigests digests) {
        this.path = path;
        this.stat = stat;
        this.digests = digests;
    }

    Path path() {
        return path;
    }

    FileStat stat() {
        return stat;
    }

    @Override
    public long size() {
        return stat.size();
    }

    @Override
    public ImageDigest digest() throws IOException {
        if (digest == null) {
            digest = digests.of(this);
        }
        return digest;
    }

    ImageDigest hash() throws IOException {
        MessageDigest sha = ImageDigest.newSha256();
        byte[] buffer = new byte[(int) Math.min(BUFFER, stat.size() + 1)];
        try (InputStream in = open()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha.update(buffer, 0, n);
            }
        }
        return ImageDigest.ofHash(sha.digest());
    }

    @Override
    public InputStream open() throws IOException {
        // Not following a link here closes the gap between the look-up and the reading.
        InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS);
        return new FilterInputStream(in) {
            private long left = stat.size();

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int n = in.read(bytes, offset, length);
                left -= Math.max(n, 0);
                if (left < 0 || (n < 0 && left > 0)) {
                    throw changed();
                }
                return n;
            }

            @Override
            public void close() throws IOException {
                in.close();
                if (left == 0 && !FileStat.of(path).equals(stat)) {
                    throw changed();
                }
            }
        };
    }

    private ReleaseException changed() {
        return new ReleaseException(new Problem(
                Problem.Kind.FAILED,
                "read the build context",
                path.toString(),
                "the file changed while it was being read",
                "End what writes to it, then build again"));
    }
}
