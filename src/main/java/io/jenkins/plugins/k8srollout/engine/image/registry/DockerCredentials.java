package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The credentials of the user who runs the command line: from Docker's configuration file, or from the helper programs
 * that it names. Reads files and starts processes.
 */
public final class DockerCredentials {
    private final DockerConfig config;
    private final CredentialHelper helpers;

    DockerCredentials(DockerConfig config, CredentialHelper helpers) {
        this.config = config;
        this.helpers = helpers;
    }

    /**
     * From {@code $DOCKER_CONFIG/config.json}, else {@code ~/.docker/config.json}; a file that does not exist is as
     * good as an empty one.
     *
     * @param environment the process's
     * @param home the user's home folder
     */
    public static DockerCredentials ofUser(Map<String, String> environment, Path home) {
        String folder = environment.getOrDefault("DOCKER_CONFIG", "");
        Path file = (folder.isEmpty() ? home.resolve(".docker") : Path.of(folder)).resolve("config.json");
        return new DockerCredentials(read(file), new CredentialHelper("docker-credential-", new JdkScheduler()));
    }

    private static DockerConfig read(Path file) {
        if (!Files.exists(file)) {
            return DockerConfig.empty();
        }
        try {
            return DockerConfig.parse(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new ReleaseException(
                    new Problem(
                            Problem.Kind.REFUSED_INPUT,
                            "read the Docker configuration",
                            file.toString(),
                            "it cannot be read: " + e.getMessage(),
                            "Give read permission, or name user and password"),
                    e);
        }
    }

    /**
     * Anonymous if nobody has logged in there.
     *
     * @param registry host with optional port
     */
    public RegistryCredentials of(String registry) {
        Optional<RegistryCredentials> held =
                config.helper(registry).flatMap(helper -> helpers.get(helper, DockerConfig.key(registry)));
        return held.or(() -> config.stored(registry)).orElse(RegistryCredentials.anonymous());
    }
}
