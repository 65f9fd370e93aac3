package io.jenkins.plugins.k8srollout.engine.image.layer;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Names a layer by all that goes into its bytes, so that it is found again without being made. */
final class LayerKey {
    // To be raised whenever the same entries would come out as other bytes.
    private static final int FORMAT = 2;
    private static final int HASHED_TOGETHER = 1 << 16;
    // No path and no link holds a NUL, so texts cannot run into each other.
    private static final char END = '\0';

    private LayerKey() {}

    static String of(List<LayerEntry> sorted, long seconds) throws IOException {
        MessageDigest hash = ImageDigest.newSha256();
        StringBuilder text = new StringBuilder().append(FORMAT).append(' ').append(LayerFactory.LEVEL);
        text.append(' ').append(seconds).append(END);
        Map<Long, String> firsts = new HashMap<>();
        for (LayerEntry entry : sorted) {
            FileNode node = entry.node();
            text.append(entry.path()).append(END);
            text.append(node.kind().ordinal()).append(' ').append(node.mode());
            text.append(' ').append(node.uid()).append(' ').append(node.gid()).append(END);
            text.append(node.isFile() ? node.content().digest().hex() : node.linkTarget())
                    .append(END);
            String first = LayerArchive.firstName(firsts, entry);
            if (!first.isEmpty()) {
                text.append(first).append(END);
            }
            new TreeMap<>(node.attributes())
                    .forEach((name, value) ->
                            text.append(name).append('=').append(value).append(END));
            if (text.length() > HASHED_TOGETHER) {
                hash.update(text.toString().getBytes(StandardCharsets.UTF_8));
                text.setLength(0);
            }
        }
        hash.update(text.toString().getBytes(StandardCharsets.UTF_8));
        return ImageDigest.ofHash(hash.digest()).hex();
    }
}
