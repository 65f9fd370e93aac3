package io.jenkins.plugins.k8srollout.engine.workspace;

import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads manifest files as text, within limits that keep a hostile project from filling the controller's memory. */
final class ManifestReader {
    private static final int MEBIBYTE = 1024 * 1024;
    private static final int LARGEST_FILE = 5 * MEBIBYTE;
    private static final int LARGEST_SUM = 50 * MEBIBYTE;

    private final Workspace workspace;

    ManifestReader(Workspace workspace) {
        this.workspace = workspace;
    }

    List<ManifestSource> read(Map<Path, String> files) {
        List<ManifestSource> sources = new ArrayList<>();
        long sum = 0;
        for (Map.Entry<Path, String> file : files.entrySet()) {
            byte[] content = bytes(file.getKey(), file.getValue());
            sum += content.length;
            if (sum > LARGEST_SUM) {
                throw Workspace.refused(
                        file.getValue(),
                        "the manifests together are larger than 50 MiB",
                        "Name only the files that belong to this release");
            }
            sources.add(new ManifestSource(file.getValue(), text(content, file.getValue())));
        }
        return List.copyOf(sources);
    }

    private byte[] bytes(Path file, String shown) {
        workspace.checked(file, shown);
        // The path is real; should a link have taken its place since, opening it fails.
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] content = in.readNBytes(LARGEST_FILE + 1);
            if (content.length > LARGEST_FILE) {
                throw Workspace.refused(shown, "it is larger than 5 MiB", "Split it into several files");
            }
            return content;
        } catch (IOException e) {
            throw Workspace.refused(shown, "it cannot be read", "Check its permissions");
        }
    }

    private static String text(byte[] content, String shown) {
        if (startsWith(content, 0xFE, 0xFF) || startsWith(content, 0xFF, 0xFE)) {
            throw Workspace.refused(shown, "it is UTF-16 text", "Save it as UTF-8");
        }
        int start = startsWith(content, 0xEF, 0xBB, 0xBF) ? 3 : 0;
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(content, start, content.length - start);
        CharBuffer out = CharBuffer.allocate(content.length - start);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            throw Workspace.refused(
                    shown, "line " + line(content, in.position()) + " is not UTF-8", "Save it as UTF-8");
        }
        String text = out.flip().toString();
        if (text.indexOf('\0') >= 0) {
            throw Workspace.refused(shown, "it is a binary file", "Name YAML or JSON files only");
        }
        return text;
    }

    private static int line(byte[] content, int position) {
        int line = 1;
        for (int i = 0; i < position; i++) {
            if (content[i] == '\n') {
                line++;
            }
        }
        return line;
    }

    private static boolean startsWith(byte[] content, int... prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if (i >= content.length || (content[i] & 0xFF) != prefix[i]) {
                return false;
            }
        }
        return true;
    }
}
