package io.jenkins.plugins.k8srollout.engine.image.registry;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;

/**
 * Who asks a registry: nobody in particular, a user with a password, or the bearer of an identity token. Immutable.
 *
 * <p>Serializable only to travel to an agent over its channel; it must never be written to disk.
 */
public final class RegistryCredentials implements Serializable {
    private static final long serialVersionUID = 1L;
    // The user name that Docker's configuration and credential helpers give where the secret is an identity token.
    private static final String TOKEN_USER = "<token>";
    private static final RegistryCredentials ANONYMOUS = new RegistryCredentials("", "");

    private final String user;
    private final String secret;

    private RegistryCredentials(String user, String secret) {
        this.user = Objects.requireNonNull(user, "user");
        this.secret = Objects.requireNonNull(secret, "secret");
    }

    public static RegistryCredentials anonymous() {
        return ANONYMOUS;
    }

    public static RegistryCredentials password(String user, String password) {
        return new RegistryCredentials(user, password);
    }

    /** A refresh token that the registry's token server exchanges for access tokens. */
    public static RegistryCredentials identityToken(String token) {
        return new RegistryCredentials(TOKEN_USER, token);
    }

    public boolean isAnonymous() {
        return user.isEmpty() && secret.isEmpty();
    }

    public boolean isIdentityToken() {
        return user.equals(TOKEN_USER);
    }

    /** Fit for messages: {@code user 'robot$shop'}, {@code an identity token}, {@code no credentials}. */
    public String who() {
        if (isAnonymous()) {
            return "no credentials";
        }
        return isIdentityToken() ? "an identity token" : "user '" + user + "'";
    }

    String user() {
        return user;
    }

    String secret() {
        return secret;
    }

    /** The value of a Basic Authorization header (RFC 7617, UTF-8). */
    String basic() {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }

    /** {@code text} without the secret, for words that come from a server. */
    String scrub(String text) {
        return secret.isEmpty() ? text : text.replace(secret, "****");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RegistryCredentials that && user.equals(that.user) && secret.equals(that.secret);
    }

    @Override
    public int hashCode() {
        return Objects.hash(user, secret);
    }

    @Override
    public String toString() {
        return who();
    }
}
