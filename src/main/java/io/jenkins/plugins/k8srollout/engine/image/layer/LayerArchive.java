package io.jenkins.plugins.k8srollout.engine.image.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes entries as a tar archive that is the same bytes for the same entries on every machine. */
final class LayerArchive {
    private static final int BUFFER = 1 << 17;
    private static final int END_BLOCKS = 2;

    private final long seconds;

    /**
     * @param seconds the modification time of every entry, since 1970
     */
    LayerArchive(long seconds) {
        this.seconds = seconds;
    }

    void write(List<LayerEntry> sorted, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        byte[] zeros = new byte[TarHeader.BLOCK];
        Map<Long, String> firsts = new HashMap<>();
        for (LayerEntry entry : sorted) {
            String first = firstName(firsts, entry);
            out.write(TarHeader.of(entry, first, seconds));
            if (first.isEmpty() && entry.node().isFile()) {
                Content content = entry.node().content();
                try (InputStream in = content.open()) {
                    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                        out.write(buffer, 0, n);
                    }
                }
                out.write(zeros, 0, TarHeader.padding(content.size()));
            }
        }
        out.write(new byte[END_BLOCKS * TarHeader.BLOCK]);
    }

    /**
     * The path under which the same file has been met before; empty text for a first one.
     *
     * @param firsts remembers identities; the same for all entries of a layer
     */
    static String firstName(Map<Long, String> firsts, LayerEntry entry) {
        String first = entry.node().identity() == 0
                ? null
                : firsts.putIfAbsent(entry.node().identity(), entry.path());
        return first == null ? "" : first;
    }
}
