package io.jenkins.plugins.k8srollout.engine.image.layer;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/** Names a layer by all that goes into its bytes, so that it is found again without being made. */
final class LayerKey {
    // To be raised whenever the same entries would come out as other bytes.
    private static final int FORMAT = 1;

    private LayerKey() {}

    static String of(List<LayerEntry> sorted, long seconds) throws IOException {
        MessageDigest hash = ImageDigest.newSha256();
        add(hash, FORMAT + " " + LayerFactory.LEVEL + " " + seconds);
        for (LayerEntry entry : sorted) {
            FileNode node = entry.node();
            String content = node.isFile() ? node.content().digest().hex() : node.linkTarget();
            add(hash, entry.path());
            add(hash, node.kind() + " " + node.mode() + " " + node.uid() + " " + node.gid());
            add(hash, content);
        }
        return ImageDigest.ofHash(hash.digest()).hex();
    }

    private static void add(MessageDigest hash, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        hash.update(bytes);
        // No path and no link holds a NUL, so texts cannot run into each other.
        hash.update((byte) 0);
    }
}
