package io.jenkins.plugins.k8srollout.engine.manifest;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Guesses from a variable's or key's name whether its value is a secret. */
public final class SecretNames {
    private static final Set<String> SECRET_WORDS = Set.of(
            "password",
            "passwd",
            "passphrase",
            "pwd",
            "pass",
            "secret",
            "token",
            "apikey",
            "credential",
            "credentials");
    private static final Set<String> BEFORE_KEY =
            Set.of("api", "access", "private", "secret", "encryption", "signing", "auth", "master", "account", "app");
    // DB_PASSWORD_FILE holds a path, TOKEN_TTL a time: what such a name ends in says what its value is.
    private static final Set<String> HARMLESS_ENDS = Set.of(
            "file",
            "path",
            "dir",
            "name",
            "url",
            "uri",
            "host",
            "ttl",
            "expiry",
            "expiration",
            "timeout",
            "length",
            "id",
            "enabled",
            "type",
            "header",
            "algorithm",
            "policy",
            "issuer",
            "seconds",
            "minutes",
            "days");

    private SecretNames() {}

    /** Whether a name such as {@code DB_PASSWORD}, {@code apiToken} or {@code access-key} stands for a secret value. */
    public static boolean isSecret(String name) {
        if (name.equals("PWD") || name.equals("OLDPWD")) {
            return false; // the shell's working directory
        }
        List<String> words = List.of(name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .toLowerCase(Locale.ROOT)
                .split("[^a-z0-9]+"));
        if (words.isEmpty() || HARMLESS_ENDS.contains(words.get(words.size() - 1))) {
            return false;
        }
        for (int i = 0; i < words.size(); i++) {
            boolean key = words.get(i).equals("key")
                    && (words.size() == 1 || (i > 0 && BEFORE_KEY.contains(words.get(i - 1))));
            if (key || SECRET_WORDS.contains(words.get(i)) || words.get(i).endsWith("password")) {
                return true;
            }
        }
        return false;
    }
}
