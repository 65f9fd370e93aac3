package io.jenkins.plugins.k8srollout.engine.image.builder;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;

/**
 * Makes folders and archives of what tables say. A folder is a map of paths to a text (a file's content) or to a map of:
 * {@code content}, {@code repeat} (how often), {@code base64}, {@code mode}, {@code folder}, {@code link} (a symbolic
 * one's target), {@code hard} (the path of the same file), {@code fifo}, {@code sparse} (its size), {@code tar} (entries
 * of an archive), {@code pack} ({@code gz} or {@code bz2}). An archive is a list of entries: {@code name} and
 * {@code type} ({@code file}, {@code folder}, {@code link}, {@code hard}, {@code char}, {@code fifo}) with
 * {@code content}, {@code target}, {@code mode}, {@code uid}, {@code gid}, {@code time}, {@code pax}.
 */
final class TreeMaker {
    private static final int FILE_MODE = 0644;
    private static final int FOLDER_MODE = 0755;
    private static final Map<String, Byte> TYPES = Map.of(
            "file", TarArchiveEntry.LF_NORMAL,
            "folder", TarArchiveEntry.LF_DIR,
            "link", TarArchiveEntry.LF_SYMLINK,
            "hard", TarArchiveEntry.LF_LINK,
            "char", TarArchiveEntry.LF_CHR,
            "fifo", TarArchiveEntry.LF_FIFO);

    private TreeMaker() {}

    static void make(Path root, Map<String, Object> files) throws IOException {
        for (Map.Entry<String, Object> file : files.entrySet()) {
            Path path = root.resolve(file.getKey());
            Path made = path;
            for (Path up = path.getParent(); !Files.exists(up); up = up.getParent()) {
                made = up;
            }
            Files.createDirectories(path.getParent());
            for (Path down = path.getParent(); !down.equals(made.getParent()); down = down.getParent()) {
                setMode(down, FOLDER_MODE);
            }
            if (file.getValue() instanceof Map<?, ?> map) {
                make(root, path, map);
            } else {
                Files.writeString(path, String.valueOf(file.getValue()));
                setMode(path, FILE_MODE);
            }
        }
    }

    private static void make(Path root, Path path, Map<?, ?> map) throws IOException {
        if (map.get("link") instanceof String target) {
            Files.createSymbolicLink(path, Path.of(target));
            return;
        }
        if (map.get("hard") instanceof String other) {
            Files.createLink(path, root.resolve(other));
            return;
        }
        if (map.containsKey("folder")) {
            Files.createDirectories(path);
        } else if (map.containsKey("fifo")) {
            run("mkfifo", path.toString());
        } else if (map.get("sparse") instanceof Number size) {
            try (java.io.RandomAccessFile file = new java.io.RandomAccessFile(path.toFile(), "rw")) {
                file.setLength(size.longValue());
            }
        } else {
            Files.write(path, content(map));
        }
        setMode(path, number(map, "mode", map.containsKey("folder") ? FOLDER_MODE : FILE_MODE));
    }

    private static byte[] content(Map<?, ?> map) throws IOException {
        if (map.get("base64") instanceof String text) {
            return Base64.getMimeDecoder().decode(text);
        }
        if (map.get("tar") instanceof List<?> entries) {
            return tar(entries, String.valueOf(map.get("pack")));
        }
        Object content = map.get("content");
        return String.valueOf(content == null ? "" : content)
                .repeat(number(map, "repeat", 1))
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * @param pack {@code gz}, {@code bz2}, anything else for a plain archive
     */
    static byte[] tar(List<?> entries, String pack) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(packed(bytes, pack), "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            tar.setAddPaxHeadersForNonAsciiNames(true);
            for (Object entry : entries) {
                add(tar, (Map<?, ?>) entry);
            }
        }
        return bytes.toByteArray();
    }

    private static OutputStream packed(OutputStream out, String pack) throws IOException {
        return switch (pack) {
            case "gz" -> new GZIPOutputStream(out);
            case "bz2" -> new BZip2CompressorOutputStream(out);
            default -> out;
        };
    }

    private static void add(TarArchiveOutputStream tar, Map<?, ?> map) throws IOException {
        Object type = map.get("type");
        String kind = type == null ? "file" : type.toString();
        String name = map.get("name").toString();
        boolean folder = kind.equals("folder");
        TarArchiveEntry entry = new TarArchiveEntry(folder ? name + "/" : name, TYPES.get(kind), true);
        byte[] content = kind.equals("file") ? content(map) : new byte[0];
        entry.setSize(content.length);
        entry.setMode(number(map, "mode", folder ? FOLDER_MODE : FILE_MODE));
        entry.setIds(number(map, "uid", 0), number(map, "gid", 0));
        entry.setModTime(FileTime.fromMillis(number(map, "time", 1) * 1000L));
        if (map.get("target") instanceof String target) {
            entry.setLinkName(target);
        }
        if (map.get("pax") instanceof Map<?, ?> headers) {
            headers.forEach((key, value) -> entry.addPaxHeader(key.toString(), value.toString()));
        }
        if (kind.equals("char")) {
            entry.setDevMajor(1);
            entry.setDevMinor(3);
        }
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static int number(Map<?, ?> map, String key, int otherwise) {
        return map.get(key) instanceof Number number ? number.intValue() : otherwise;
    }

    private static void setMode(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:mode", mode);
    }

    static void run(String... command) throws IOException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(List.of(command) + ": " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
