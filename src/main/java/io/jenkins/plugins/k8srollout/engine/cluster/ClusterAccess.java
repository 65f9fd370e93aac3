package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How to reach a cluster: address, trust, credentials, and how long passing faults are retried. Immutable; two that
 * are equal may share connections.
 *
 * <p>A kubeconfig can name programs to run and files to read. That is right on a user's own machine ({@link
 * #kubeconfigFiles}) and must never happen on a Jenkins controller for a kubeconfig that came out of a credential
 * ({@link #kubeconfigText}), where whoever may write the credential would run code and read files there.
 */
public final class ClusterAccess {
    /** Long enough that an API server which is away for twenty seconds, and slow to return, is not noticed. */
    public static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(90);

    private final Source source;
    private final String namespace;
    private final Duration patience;
    private final boolean trustCertificates;

    /** Where address and credentials come from. */
    sealed interface Source {}

    /**
     * Everything given as data.
     *
     * @param server base URL
     * @param caPem certificates to trust in addition to the platform's; empty text for none
     * @param token where the bearer token comes from, asked again when it has expired; null for none
     * @param certificatePem client certificate; empty text for none
     * @param keyPem its key; empty text for none
     * @param user for basic authentication; empty text for none
     * @param password for basic authentication; empty text for none
     */
    record Direct(
            String server,
            String caPem,
            Supplier<String> token,
            String certificatePem,
            String keyPem,
            String user,
            String password)
            implements Source {
        @Override
        public String toString() {
            return server;
        }
    }

    /** Kubeconfig files of the user who runs the program; the first that has the context counts. */
    record Files(List<Path> paths, String context) implements Source {}

    /** The service account of the pod that this runs in. */
    record InCluster() implements Source {}

    private ClusterAccess(Source source, String namespace, Duration patience, boolean trustCertificates) {
        this.source = source;
        this.namespace = namespace;
        this.patience = patience;
        this.trustCertificates = trustCertificates;
    }

    private static ClusterAccess of(Source source, String namespace) {
        return new ClusterAccess(source, namespace, DEFAULT_PATIENCE, false);
    }

    /**
     * The user's own kubeconfig, for the command line: its programs are run and its files are read.
     *
     * @param context name of the context; empty text for the current one
     */
    public static ClusterAccess kubeconfigFiles(List<Path> paths, String context) {
        return of(new Files(List.copyOf(paths), context), "");
    }

    /**
     * A kubeconfig from a credential: nothing in it is run and no file is read.
     *
     * @param context name of the context; empty text for the current one
     * @throws ReleaseException (refused input) if it is malformed, or needs a program or a file
     */
    public static ClusterAccess kubeconfigText(String kubeconfig, String context) {
        Kubeconfig parsed = Kubeconfig.parse(kubeconfig, context);
        return of(parsed.direct(), parsed.namespace());
    }

    /**
     * A server by its URL, as yet without credentials.
     *
     * @param caPem certificates to trust in addition to the platform's; empty text for none
     * @throws ReleaseException (refused input) if the URL is malformed or has a user in it
     */
    public static ClusterAccess server(String url, String caPem) {
        return of(new Direct(checkedUrl(url), caPem, null, "", "", "", ""), "");
    }

    /** The service account of the pod that this runs in. */
    public static ClusterAccess inCluster() {
        return of(new InCluster(), "");
    }

    public ClusterAccess withToken(String token) {
        return withTokens(new FixedToken(token.strip()));
    }

    /** Tokens that expire: asked for every request, so it should answer from memory; may be called on any thread. */
    public ClusterAccess withTokens(Supplier<String> tokens) {
        Direct d = direct("a token");
        return with(new Direct(d.server, d.caPem, tokens, d.certificatePem, d.keyPem, d.user, d.password));
    }

    /**
     * The same, but with a token that may be replaced where it is kept: it is read anew from there, at most once a
     * second, on the threads of requests. Without a token, just the same.
     *
     * @param again this access as it would be set up now; where that fails, the last token is kept
     */
    public ClusterAccess renewedBy(Supplier<ClusterAccess> again) {
        return token().map(first ->
                        withTokens(new KeptToken(first, () -> again.get().token(), System::nanoTime)))
                .orElse(this);
    }

    private Optional<String> token() {
        return source instanceof Direct direct && direct.token() != null
                ? Optional.of(direct.token().get())
                : Optional.empty();
    }

    public ClusterAccess withClientCertificate(String certificatePem, String keyPem) {
        Direct d = direct("a client certificate");
        return with(new Direct(d.server, d.caPem, d.token, certificatePem, keyPem, d.user, d.password));
    }

    public ClusterAccess withUser(String user, String password) {
        Direct d = direct("a user and password");
        return with(new Direct(d.server, d.caPem, d.token, d.certificatePem, d.keyPem, user, password));
    }

    public ClusterAccess withNamespace(String value) {
        return new ClusterAccess(source, value, patience, trustCertificates);
    }

    /** How long passing faults of one call are retried. */
    public ClusterAccess withPatience(Duration value) {
        return new ClusterAccess(source, namespace, value, trustCertificates);
    }

    /** Accepts any certificate of the server. Whoever stands between may then read and change everything. */
    public ClusterAccess trustingAnyCertificate() {
        return new ClusterAccess(source, namespace, patience, true);
    }

    private ClusterAccess with(Source other) {
        return new ClusterAccess(other, namespace, patience, trustCertificates);
    }

    private Direct direct(String what) {
        if (source instanceof Direct) {
            return (Direct) source;
        }
        throw ReleaseException.refused(
                "set up access to the cluster",
                describe(),
                what + " cannot be combined with it",
                "Give the server's URL together with " + what);
    }

    Source source() {
        return source;
    }

    /** The namespace that the kubeconfig or the setting names; empty if none does. */
    public Optional<String> namespace() {
        return namespace.isEmpty() ? Optional.empty() : Optional.of(namespace);
    }

    public Duration patience() {
        return patience;
    }

    /** Whether a token that was refused may be followed by one that is not. */
    boolean renewsTokens() {
        return !(source instanceof Direct direct) || direct.token() != null && !(direct.token() instanceof FixedToken);
    }

    boolean trustsAnyCertificate() {
        return trustCertificates;
    }

    static String checkedUrl(String url) {
        try {
            URI uri = new URI(url.strip());
            boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            if (web && uri.getHost() != null && uri.getUserInfo() == null) {
                return uri.toString();
            }
        } catch (URISyntaxException e) {
            // told below, without the text, which might hold a password
        }
        throw ReleaseException.refused(
                "set up access to the cluster",
                "the server's address",
                "it is not an http or https URL with a host and without a user",
                "Write it as https://host:6443");
    }

    private String describe() {
        if (source instanceof Files) {
            Files files = (Files) source;
            return "kubeconfig " + files.paths() + (files.context().isEmpty() ? "" : ", context " + files.context());
        }
        return source instanceof InCluster ? "the pod's service account" : source.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClusterAccess
                && source.equals(((ClusterAccess) other).source)
                && namespace.equals(((ClusterAccess) other).namespace)
                && patience.equals(((ClusterAccess) other).patience)
                && trustCertificates == ((ClusterAccess) other).trustCertificates;
    }

    @Override
    public int hashCode() {
        return Objects.hash(source, namespace, patience, trustCertificates);
    }

    /** The address, never the credentials. */
    @Override
    public String toString() {
        return describe();
    }

    /** A token that stays. A record, so that equal accesses are found to be equal. */
    record FixedToken(String token) implements Supplier<String> {
        @Override
        public String get() {
            return token;
        }

        @Override
        public String toString() {
            return "a token";
        }
    }
}
