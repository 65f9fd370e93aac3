package io.jenkins.plugins.k8srollout.credentials;

/**
 * What a cluster's credentials come to. Lives only while a step works: never persisted, never printed.
 *
 * @param kind which of the texts count
 * @param user for {@link Kind#PASSWORD}; the client's certificates as PEM for {@link Kind#CERTIFICATE}; else empty text
 * @param secret the kubeconfig's text, the token, the password, or the certificate's key as PEM; empty text for
 *     {@link Kind#NONE}
 */
public record ClusterLogin(Kind kind, String user, String secret) {
    /** None at all, as for a cluster that Jenkins itself runs in. */
    public static final ClusterLogin NONE = new ClusterLogin(Kind.NONE, "", "");

    /** What a cluster's credentials can be. */
    public enum Kind {
        NONE,
        KUBECONFIG,
        TOKEN,
        PASSWORD,
        CERTIFICATE
    }

    /** The kind only. */
    @Override
    public String toString() {
        return kind.name();
    }
}
