package io.jenkins.plugins.k8srollout.cli;

import static org.junit.Assume.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The registry that Debian packages, on a free port of this machine, with one user; skips the test where it is not. */
final class HtpasswdRegistry implements AutoCloseable {
    static final String USER = "robot";
    static final String PASSWORD = "right-password";
    private static final String HASH = "$2b$05$i9PvyXTxMTc2Bae0iPSWnu8DN8bTtooLffB.wlhe7vdL2XAAzGRv2";
    private static final Path PROGRAM = Path.of("/usr/bin/docker-registry");

    private final Process process;
    private final int port;

    private HtpasswdRegistry(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** @param folder for its data and configuration */
    static HtpasswdRegistry start(Path folder) throws IOException {
        assumeTrue(PROGRAM + " is not installed", Files.isExecutable(PROGRAM));
        int port = freePort();
        Path users = Files.writeString(folder.resolve("users"), USER + ":" + HASH + "\n");
        Path configuration =
                Files.writeString(folder.resolve("config.yml"), """
                version: 0.1
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:%d"}
                auth: {htpasswd: {realm: tests, path: %s}}
                """.formatted(folder.resolve("data"), port, users));
        Process process = new ProcessBuilder(PROGRAM.toString(), "serve", configuration.toString())
                .redirectErrorStream(true)
                .start();
        BufferedReader log =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            if (line.contains("listening on")) {
                return new HtpasswdRegistry(process, port);
            }
            said.append(line).append('\n');
        }
        throw new AssertionError("the registry did not start:\n" + said);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    String authority() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
