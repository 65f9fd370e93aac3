package io.jenkins.plugins.k8srollout.engine.image.layer;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A folder of files that appear whole or not at all, whoever else writes at the same time and whenever the process
 * dies. Thread-safe.
 */
final class DiskFolder {
    private final Path folder;
    private final Path temporary;

    /** Writes the content of one file. */
    @FunctionalInterface
    interface Writer {
        void write(OutputStream out) throws IOException;
    }

    /**
     * @param temporary on the same file system; files left there by a crash are harmless
     */
    DiskFolder(Path folder, Path temporary) {
        this.folder = folder;
        this.temporary = temporary;
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    Path folder() {
        return folder;
    }

    /** A new, empty file to fill and then {@link #adopt}. */
    Path newTemporary() throws IOException {
        Files.createDirectories(temporary);
        return Files.createFile(temporary.resolve(UUID.randomUUID().toString()));
    }

    /** Moves a finished temporary file to its place, over what may be there. */
    Path adopt(Path finished, String name) throws IOException {
        Files.createDirectories(folder);
        return Files.move(finished, path(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void write(String name, Writer writer) throws IOException {
        Path file = newTemporary();
        try {
            try (OutputStream out =
                    new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.WRITE), 1 << 16)) {
                writer.write(out);
            }
            adopt(file, name);
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
