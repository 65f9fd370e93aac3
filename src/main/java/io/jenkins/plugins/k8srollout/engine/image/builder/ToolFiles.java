package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.registry.ExternalAccess;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * A temporary folder that only this user can enter, with what an external builder needs and must not see on its command
 * line. Removed on closing.
 */
final class ToolFiles implements AutoCloseable {
    private static final String SYSTEM_REGISTRIES = "/etc/containers/registries.conf";

    private static final String PREFIX = "k8s-rollout-image-build";
    private static final Duration FORGOTTEN = Duration.ofDays(1);
    private static final Logger LOGGER = Logger.getLogger(ToolFiles.class.getName());

    private final Path folder;

    private ToolFiles(Path folder) {
        this.folder = folder;
    }

    static ToolFiles create(List<RegistryAccess> accesses) throws IOException {
        return create(Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir"))), accesses);
    }

    /**
     * @param root where temporary folders are; those that a killed process of this user has left there long ago are
     *     removed
     */
    static ToolFiles create(Path root, List<RegistryAccess> accesses) throws IOException {
        boolean posix = root.getFileSystem().supportedFileAttributeViews().contains("posix");
        Path folder = posix
                ? Files.createTempDirectory(
                        root,
                        PREFIX,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")))
                : Files.createTempDirectory(root, PREFIX);
        ToolFiles files = new ToolFiles(folder);
        try {
            files.writeSecret("config.json", ExternalAccess.authFile(accesses));
            files.writeCertificates(accesses);
            files.writeRegistries(accesses);
            files.removeForgotten(root);
            return files;
        } catch (IOException | RuntimeException e) {
            try {
                files.close();
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    // No build takes so long; what cannot be removed now is not this build's trouble.
    private void removeForgotten(Path root) {
        try (DirectoryStream<Path> others = Files.newDirectoryStream(root, PREFIX + "*")) {
            Instant limit = Files.getLastModifiedTime(folder).toInstant().minus(FORGOTTEN);
            for (Path other : others) {
                boolean forgotten = Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS)
                        && Files.getLastModifiedTime(other).toInstant().isBefore(limit)
                        && Files.getOwner(other).equals(Files.getOwner(folder));
                if (forgotten) {
                    new ToolFiles(other).close();
                }
            }
        } catch (IOException | UncheckedIOException | DirectoryIteratorException e) {
            LOGGER.log(Level.FINE, "a folder of an earlier build stays in " + root, e);
        }
    }

    Path folder() {
        return folder;
    }

    /** In Docker's format; its folder serves as DOCKER_CONFIG. */
    Path authFile() {
        return folder.resolve("config.json");
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    private void writeSecret(String name, byte[] content) throws IOException {
        Path file = folder.resolve(name);
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.write(file, content);
    }

    /** A folder with what is trusted for this registry besides the machine's own authorities; empty if nothing is. */
    Optional<Path> certificates(String registry) {
        Path own = certificatesFolder(registry);
        return Files.exists(own) ? Optional.of(own) : Optional.empty();
    }

    private Path certificatesFolder(String registry) {
        return file("certificates").resolve(registry.replace(':', '_'));
    }

    private void writeCertificates(List<RegistryAccess> accesses) throws IOException {
        for (RegistryAccess access : accesses) {
            String pem = ExternalAccess.certificates(access);
            if (!pem.isBlank()) {
                Path own = Files.createDirectories(certificatesFolder(access.registry()));
                Files.writeString(own.resolve("ca.crt"), pem);
            }
        }
    }

    /** The machine's own settings with the registries added that go without TLS. */
    private void writeRegistries(List<RegistryAccess> accesses) throws IOException {
        List<RegistryAccess> plain = new ArrayList<>(accesses);
        plain.removeIf(access -> !access.plainHttp());
        if (plain.isEmpty()) {
            return;
        }
        Path system = Path.of(SYSTEM_REGISTRIES);
        StringBuilder text = new StringBuilder(Files.isReadable(system) ? Files.readString(system) : "");
        for (RegistryAccess access : plain) {
            if (text.indexOf("\"" + access.registry() + "\"") < 0) {
                text.append("\n[[registry]]\nlocation = \"")
                        .append(access.registry())
                        .append("\"\ninsecure = true\n");
            }
        }
        Files.write(file("registries.conf"), text.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
