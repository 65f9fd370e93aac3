package io.jenkins.plugins.k8srollout.run;

import edu.umd.cs.findbugs.annotations.SuppressFBWarnings;
import hudson.model.Run;
import hudson.remoting.Channel;
import io.jenkins.plugins.k8srollout.config.KubernetesRolloutConfiguration;
import io.jenkins.plugins.k8srollout.config.RegistryTarget;
import io.jenkins.plugins.k8srollout.credentials.RegistryLogins;
import io.jenkins.plugins.k8srollout.engine.image.builder.Registries;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryAccess;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.IOException;
import java.util.Optional;

/**
 * The registries that a build may use. An agent gets no list of them: it asks for each that it meets over its channel,
 * so that it sees only the credentials that it needs.
 */
@SuppressFBWarnings(
        value = "SE_TRANSIENT_FIELD_NOT_RESTORED",
        justification = "never deserialized: an agent gets a proxy in its place")
final class BuildRegistries implements Registries {
    private static final long serialVersionUID = 1L;

    private final transient Run<?, ?> build;
    private final transient String host;
    private final transient Optional<RegistryTarget> named;
    private final transient String credentialsId;

    /**
     * @param image the repository to push to
     * @param registry a configured registry's name for it; empty text to find it by the image's host
     * @param credentialsId for the repository to push to; empty text for the configured ones
     */
    BuildRegistries(Run<?, ?> build, ImageReference image, String registry, String credentialsId) {
        this.build = build;
        this.host = image.registry();
        this.credentialsId = credentialsId;
        this.named = registry.isEmpty()
                ? Optional.empty()
                : Optional.of(KubernetesRolloutConfiguration.get().registry(registry));
        named.filter(target -> !target.getHost().equals(host)).ifPresent(target -> {
            throw ReleaseException.refused(
                    "push to the registry " + target.getName(),
                    image.name(),
                    "that registry's host is " + target.getHost(),
                    "Begin the image's name with " + target.getHost() + "/, or leave registry out");
        });
    }

    @Override
    public RegistryAccess access(String registry) {
        boolean destination = registry.equals(host);
        RegistryTarget target = destination && named.isPresent()
                ? named.get()
                : KubernetesRolloutConfiguration.get().registryAt(registry).orElse(new RegistryTarget("", registry));
        String id = destination && !credentialsId.isEmpty() ? credentialsId : target.getCredentialsId();
        return target.access(RegistryLogins.forBuild(id, build, registry)).build();
    }

    private Object writeReplace() throws IOException {
        return Channel.currentOrFail().export(Registries.class, this);
    }
}
