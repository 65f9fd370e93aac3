package io.jenkins.plugins.k8srollout.bench.tracking;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs programs as a user does, each to its end. */
final class Tool {
    private Tool() {}

    /** @return the exit code and the nanosecond of its end */
    static Process start(Path log, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** @throws IOException if it fails */
    static void run(String... command) throws IOException {
        Path log = Files.createTempFile("bench", ".log");
        try {
            if (start(log, List.of(command)).waitFor() != 0) {
                throw new IOException(String.join(" ", command) + " failed: " + Files.readString(log));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.delete(log);
        }
    }
}
