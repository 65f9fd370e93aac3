package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.registry.ExternalAccess;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryAccess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A temporary folder that only this user can enter, with what an external builder needs and must not see on its command
 * line. Removed on closing.
 */
final class ToolFiles implements AutoCloseable {
    private static final String SYSTEM_REGISTRIES = "/etc/containers/registries.conf";

    private final Path folder;

    private ToolFiles(Path folder) {
        this.folder = folder;
    }

    static ToolFiles create(List<RegistryAccess> accesses) throws IOException {
        boolean posix = java.nio.file.FileSystems.getDefault()
                .supportedFileAttributeViews()
                .contains("posix");
        Path folder = posix
                ? Files.createTempDirectory(
                        "image-build",
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")))
                : Files.createTempDirectory("image-build");
        ToolFiles files = new ToolFiles(folder);
        files.writeSecret("config.json", ExternalAccess.authFile(accesses));
        files.writeCertificates(accesses);
        files.writeRegistries(accesses);
        return files;
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
