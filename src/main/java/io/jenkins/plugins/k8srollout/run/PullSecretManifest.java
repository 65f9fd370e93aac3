package io.jenkins.plugins.k8srollout.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hudson.model.Run;
import io.jenkins.plugins.k8srollout.config.KubernetesRolloutConfiguration;
import io.jenkins.plugins.k8srollout.config.RegistryTarget;
import io.jenkins.plugins.k8srollout.credentials.RegistryLogins;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Jenkins credentials as a Secret with which nodes pull images. Lives only while a release is planned.
 *
 * @param name the Secret's
 * @param source a manifest, beside the user's own
 */
record PullSecretManifest(String name, ManifestSource source) {
    private static final int LONGEST_ID = 200;
    private static final int MARK = 8;

    /**
     * @param id of Jenkins credentials
     * @param images whose registries the credentials are for
     */
    static PullSecretManifest of(String id, Run<?, ?> build, Collection<ImageReference> images, boolean manifests) {
        if (!manifests || images.isEmpty()) {
            throw ReleaseException.refused(
                    "make a pull secret",
                    id,
                    manifests ? "no images are named, so its registry is not known" : "no manifests are released",
                    "Set manifests and images, or keep the Secret among the manifests");
        }
        Set<String> hosts = new TreeSet<>();
        images.forEach(i -> hosts.add(i.registry()));
        keepThoseFor(id, hosts, host -> KubernetesRolloutConfiguration.get()
                .registryAt(host)
                .map(RegistryTarget::getCredentialsId)
                .orElse(""));
        String name = name(id, build.getParent().getParent().getFullName(), hosts);
        ObjectNode secret =
                JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "Secret");
        secret.putObject("metadata").put("name", name);
        secret.put("type", "kubernetes.io/dockerconfigjson");
        String config = RegistryLogins.dockerConfig(id, build, hosts);
        secret.putObject("data")
                .put(".dockerconfigjson", Base64.getEncoder().encodeToString(config.getBytes(StandardCharsets.UTF_8)));
        return new PullSecretManifest(name, new ManifestSource("pullSecret " + id, secret.toString()));
    }

    /**
     * Of several registries, those whose configured credentials these are: a password goes to no other.
     *
     * @param configured the id of the credentials that are configured for a registry; empty text for none
     */
    static void keepThoseFor(String id, Set<String> hosts, UnaryOperator<String> configured) {
        if (hosts.size() > 1) {
            Set<String> all = new TreeSet<>(hosts);
            hosts.removeIf(host -> !configured.apply(host).equals(id));
            if (hosts.isEmpty()) {
                throw ReleaseException.refused(
                        "make a pull secret",
                        id,
                        "the images come from several registries (" + String.join(", ", all)
                                + "), and it is not known for which of them these credentials are",
                        "Configure the registry with these credentials, or keep the Secret among the manifests");
            }
        }
    }

    /**
     * Several applications may share a namespace: credentials of other folders, or for other registries, are not the
     * same although their id is, so each has a Secret of its own.
     */
    static String name(String id, String folder, Set<String> hosts) {
        String plain = id.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        String readable =
                plain.substring(0, Math.min(plain.length(), LONGEST_ID)).replaceAll("^-|-$", "");
        String what = String.join("\n", id, folder, String.join(",", hosts));
        String mark =
                ImageDigest.of(what.getBytes(StandardCharsets.UTF_8)).hex().substring(0, MARK);
        return "k8s-rollout-pull-" + (readable.isEmpty() ? "" : readable + "-") + mark;
    }

    /** The name only. */
    @Override
    public String toString() {
        return name;
    }
}
