package io.jenkins.plugins.k8srollout.engine.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Turns a {@link ClusterAccess} into the client's configuration, and that into a connection. */
final class ClientFactory {
    private static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final int CONNECT_MILLIS = 10_000;
    private static final String ATTEMPT = "set up access to the cluster";

    private ClientFactory() {}

    static HttpClient connect(Config config) {
        try {
            return AsyncClient.connect(config);
        } catch (KubernetesClientException e) {
            Throwable root = Causes.root(e);
            throw new ReleaseException(
                    new Problem(
                            Problem.Kind.REFUSED_INPUT,
                            ATTEMPT,
                            config.getMasterUrl(),
                            "a certificate or key cannot be read: "
                                    + root.getClass().getSimpleName(),
                            "Give certificates and the key as PEM text, the key without a passphrase"),
                    e);
        }
    }

    static Config config(ClusterAccess access) {
        Config config = read(access);
        config.setTrustCerts(config.isTrustCerts() || access.trustsAnyCertificate());
        config.setDisableHostnameVerification(config.isTrustCerts());
        config.setConnectionTimeout(CONNECT_MILLIS);
        // Retries are ours: they must be told to the user and end with our patience.
        config.setRequestRetryBackoffLimit(0);
        config.setUserAgent("kubernetes-rollout");
        return config;
    }

    private static Config read(ClusterAccess access) {
        ClusterAccess.Source source = access.source();
        if (source instanceof ClusterAccess.Files) {
            return fromFiles((ClusterAccess.Files) source);
        }
        return direct(source instanceof ClusterAccess.Direct ? (ClusterAccess.Direct) source : ofPod());
    }

    private static Config direct(ClusterAccess.Direct access) {
        ConfigBuilder config = new ConfigBuilder(Config.empty()).withMasterUrl(access.server());
        if (!access.caPem().isEmpty()) {
            config.withCaCertData(base64(access.caPem()));
        }
        if (!access.certificatePem().isEmpty()) {
            config.withClientCertData(base64(access.certificatePem())).withClientKeyData(base64(access.keyPem()));
            config.withClientKeyAlgo(KeyAlgorithm.of(access.keyPem()));
        }
        if (access.token() != null) {
            config.withOauthTokenProvider(access.token()::get);
        } else if (!access.user().isEmpty()) {
            config.withUsername(access.user()).withPassword(access.password());
        }
        return config.build();
    }

    private static String base64(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
    }

    private static ClusterAccess.Direct ofPod() {
        Map<String, String> environment = System.getenv();
        String host = environment.get("KUBERNETES_SERVICE_HOST");
        if (host == null || !Files.isReadable(SERVICE_ACCOUNT.resolve("token"))) {
            throw ReleaseException.refused(
                    ATTEMPT,
                    "the pod's service account",
                    "this does not run in a pod with a service account token",
                    "Give a kubeconfig, or the server's URL with a token");
        }
        String address = host.contains(":") ? "[" + host + "]" : host;
        String server = "https://" + address + ":" + environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
        // The kubelet renews the file, so it is read for every request.
        return new ClusterAccess.Direct(
                server, content("ca.crt"), () -> content("token").strip(), "", "", "", "");
    }

    private static String content(String file) {
        try {
            return Files.readString(SERVICE_ACCOUNT.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the service account's " + file, e);
        }
    }

    /** As kubectl reads several files: all contexts, clusters and users together, of two alike the first. */
    private static Config fromFiles(ClusterAccess.Files files) {
        io.fabric8.kubernetes.api.model.Config[] parsed = files.paths().stream()
                .filter(Files::isReadable)
                .map(ClientFactory::parsed)
                .toArray(io.fabric8.kubernetes.api.model.Config[]::new);
        String wanted = files.context().isEmpty() ? currentContext(parsed) : files.context();
        Set<String> contexts = new TreeSet<>();
        for (io.fabric8.kubernetes.api.model.Config file : parsed) {
            file.getContexts().forEach(context -> contexts.add(context.getName()));
        }
        // The client falls back to the current context for an unknown name: a release into the wrong cluster.
        if (!contexts.contains(wanted)) {
            throw unusable(files, contexts, wanted);
        }
        Config config = new ConfigBuilder(Config.empty()).build();
        try {
            // The client's public methods read a single file.
            KubeConfigUtils.merge(config, wanted, parsed);
        } catch (RuntimeException e) {
            throw new ReleaseException(
                    new Problem(
                            Problem.Kind.REFUSED_INPUT,
                            "read the kubeconfig",
                            "context '" + wanted + "' in " + files.paths(),
                            "the program that it names for logging in cannot be run",
                            "Try it with kubectl"),
                    e);
        }
        if (config.getMasterUrl() == null || config.getCurrentContext() == null) {
            throw ReleaseException.refused(
                    "read the kubeconfig",
                    "context '" + wanted + "' in " + files.paths(),
                    "the cluster that it names is not there, or has no server",
                    "Name one of the contexts whose cluster is there",
                    contexts.toArray(new String[0]));
        }
        return config;
    }

    private static String currentContext(io.fabric8.kubernetes.api.model.Config... files) {
        return Stream.of(files)
                .map(io.fabric8.kubernetes.api.model.Config::getCurrentContext)
                .filter(name -> name != null && !name.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static ReleaseException unusable(ClusterAccess.Files files, Set<String> contexts, String wanted) {
        String reason = contexts.isEmpty()
                ? "there is no such file, or it has no context"
                : wanted.isEmpty() ? "it has no current context" : "it has no context '" + wanted + "'";
        return ReleaseException.refused(
                "read the kubeconfig",
                files.paths().stream().map(Path::toString).collect(Collectors.joining(", ")),
                reason,
                "Name a kubeconfig file and one of its contexts",
                contexts.toArray(new String[0]));
    }

    private static io.fabric8.kubernetes.api.model.Config parsed(Path path) {
        try {
            io.fabric8.kubernetes.api.model.Config parsed = KubeConfigUtils.parseConfig(path.toFile());
            return parsed == null ? new io.fabric8.kubernetes.api.model.Config() : parsed;
        } catch (RuntimeException e) { // the client's YAML reader has exceptions of its own
            throw new ReleaseException(
                    new Problem(
                            Problem.Kind.REFUSED_INPUT,
                            "read the kubeconfig",
                            path.toString(),
                            "it is not a valid kubeconfig",
                            "Try the file with kubectl"),
                    e);
        }
    }

    static Optional<String> namespace(ClusterAccess access, Config config) {
        return access.namespace().or(() -> Optional.ofNullable(config.getNamespace()));
    }
}
