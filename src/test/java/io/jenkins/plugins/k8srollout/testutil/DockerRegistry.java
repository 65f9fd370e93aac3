package io.jenkins.plugins.k8srollout.testutil;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.Assume;

/**
 * The real registry of the distribution project, where its program is installed: plain HTTP, on a free port of the
 * loopback address, with its data in a folder. A test that asks for it where it is not installed is skipped.
 */
public final class DockerRegistry implements AutoCloseable {
    private static final List<String> PROGRAMS = List.of("/usr/bin/docker-registry", "/usr/bin/registry");
    private static final String CONFIG = """
            version: 0.1
            log: {level: error, accesslog: {disabled: true}}
            storage: {filesystem: {rootdirectory: %s}}
            http: {addr: "127.0.0.1:%d"}
            """;

    private final Process process;
    private final int port;

    private DockerRegistry(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Returns when it answers. */
    public static DockerRegistry start(Path folder) {
        String program = PROGRAMS.stream()
                .filter(p -> Files.isExecutable(Path.of(p)))
                .findFirst()
                .orElse(null);
        Assume.assumeNotNull(program);
        try {
            int port = freePort();
            Path config = folder.resolve("registry.yml");
            Files.writeString(config, CONFIG.formatted(folder.resolve("data"), port));
            Process process = new ProcessBuilder(program, "serve", config.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("registry.log").toFile())
                    .start();
            return new DockerRegistry(process, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Host and port, as in image names. */
    public String authority() {
        return "127.0.0.1:" + port;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
