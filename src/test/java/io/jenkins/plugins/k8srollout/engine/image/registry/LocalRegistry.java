package io.jenkins.plugins.k8srollout.engine.image.registry;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The reference registry as a process on loopback, which can be killed and started again. Not thread-safe. */
final class LocalRegistry implements AutoCloseable {
    private static final String PROGRAM = "docker-registry";

    private final Path folder;
    private final int port;
    private Process process; // null while it is down

    /** @param folder for its configuration and data */
    LocalRegistry(Path folder) throws IOException {
        this.folder = folder;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Files.writeString(folder.resolve("registry.yml"), """
                version: 0.1
                log: {level: error, accesslog: {disabled: true}}
                storage:
                  filesystem: {rootdirectory: %s/data}
                http: {addr: "127.0.0.1:%d", secret: kept-over-restarts}
                """.formatted(folder, port));
    }

    /** Whether the program is on this machine. */
    static boolean isInstalled() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, PROGRAM)));
    }

    String authority() {
        return "127.0.0.1:" + port;
    }

    void start() throws IOException {
        process = new ProcessBuilder(PROGRAM, "serve", folder + "/registry.yml")
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
    }

    /** Without giving it time for anything. */
    void kill() {
        process.destroyForcibly().onExit().join();
        process = null;
    }

    @Override
    public void close() {
        if (process != null) {
            kill();
        }
    }
}
