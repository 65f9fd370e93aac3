package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.image.registry.DockerCredentials;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryAccess;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryClient;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryCredentials;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import picocli.CommandLine.Option;

/** How registries are spoken to, and as whom. */
final class RegistryOptions {
    private static final String PASSWORD_VARIABLE = "REGISTRY_PASSWORD";

    @Option(
            names = "--registry-user",
            paramLabel = "NAME",
            description =
                    "for the registry of --image or --registry; the password comes from $REGISTRY_PASSWORD, or with "
                            + "--registry-password-stdin; default, and for base images: Docker's config.json")
    String user;

    @Option(names = "--registry-password-stdin", description = "read the password from standard input")
    boolean passwordFromInput;

    @Option(names = "--registry-ca", paramLabel = "FILE", description = "a CA certificate to trust, PEM")
    Path ca;

    @Option(
            names = "--plain-http",
            paramLabel = "HOST[:PORT]",
            description = "a registry that may be spoken to without TLS; may be given several times")
    Set<String> plainHttp = Set.of();

    private String password; // standard input can be read only once

    /**
     * The way to a registry.
     *
     * @param own whether {@code host} is the registry that the login given is meant for. Others, such as those of base
     *     images, are named by whoever wrote the Dockerfile and never see it: they get what Docker's configuration has.
     */
    RegistryAccess access(String host, boolean own, Console console) {
        RegistryAccess.Builder access = RegistryAccess.builder(host)
                .plainHttp(plainHttp.contains(host))
                .credentials(own && user != null ? given(host, console) : ofDocker(host, console));
        return ca == null ? access.build() : access.caPem(text(ca)).build();
    }

    void ping(String host, Console console, ProgressSink sink) {
        try (RegistryClient client = RegistryClient.open(access(host, true, console), sink)) {
            client.ping();
        }
    }

    private static RegistryCredentials ofDocker(String host, Console console) {
        return DockerCredentials.ofUser(console.environment(), home(console)).of(host);
    }

    private RegistryCredentials given(String host, Console console) {
        if (password == null) {
            password = passwordFromInput ? firstLine(console) : console.variable(PASSWORD_VARIABLE, "");
        }
        if (password.isEmpty()) {
            throw ReleaseException.refused(
                    "log in to the registry",
                    user + " at " + host,
                    "the password is missing",
                    "Set " + PASSWORD_VARIABLE + ", or use --registry-password-stdin");
        }
        return RegistryCredentials.password(user, password);
    }

    private static Path home(Console console) {
        return Path.of(console.variable("HOME", System.getProperty("user.home")));
    }

    private static String firstLine(Console console) {
        try {
            String line = new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8)).readLine();
            return line == null ? "" : line.strip();
        } catch (IOException e) {
            throw ReleaseException.refused(
                    "read the password", "standard input", String.valueOf(e.getMessage()), "Set " + PASSWORD_VARIABLE);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw ReleaseException.refused(
                    "read the CA certificate", file.toString(), String.valueOf(e.getMessage()), "Name a PEM file");
        }
    }
}
