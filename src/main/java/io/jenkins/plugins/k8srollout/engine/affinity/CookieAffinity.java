package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The cookie that binds a client to a pod. What is empty was not asked for: the controller's own default then stands,
 * and a controller that cannot express it loses nothing the user wanted.
 *
 * @param name the cookie's name; see {@link #nameOrDefault}
 * @param mode what happens to sessions when pods are added
 * @param maxAgeSeconds how long browsers keep the cookie; 0 until they are closed
 * @param path the cookie's path
 * @param domain the cookie's domain
 * @param sameSite the cookie's SameSite attribute
 * @param secure whether the cookie travels over TLS only
 * @param changeOnFailure whether a client moves to another pod once its own has failed a request
 * @param canary whether canary pods keep their clients
 */
public record CookieAffinity(
        Optional<String> name,
        Optional<Mode> mode,
        int maxAgeSeconds,
        Optional<String> path,
        Optional<String> domain,
        Optional<SameSite> sameSite,
        Optional<Boolean> secure,
        Optional<Boolean> changeOnFailure,
        Optional<Canary> canary) {
    public static final String DEFAULT_NAME = "route";

    /** What happens to sessions when pods are added. */
    public enum Mode {
        /** Some sessions move, so that load evens out. */
        BALANCED,
        /** None moves. */
        PERSISTENT;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Values of the cookie's SameSite attribute, spelled as browsers do. */
    public enum SameSite {
        NONE("None"),
        LAX("Lax"),
        STRICT("Strict");

        private final String word;

        SameSite(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /** Whether canary pods keep their clients. */
    public enum Canary {
        STICKY,
        LEGACY;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    // "token" of RFC 6265 section 4.1.1: visible ASCII without separators.
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    // "path-value" of RFC 6265 without quotes and spaces, which no controller's configuration language carries safely.
    private static final Pattern PATH = Pattern.compile("/[!#-:<-~&&[^\\\\]]*");
    private static final Pattern DOMAIN =
            Pattern.compile("\\.?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");

    public CookieAffinity {
        name.filter(n -> !TOKEN.matcher(n).matches()).ifPresent(n -> {
            throw refused(
                    "cookie",
                    n,
                    "it has characters that a cookie's name must not have",
                    "Use letters, digits, '-', '_' and '.'");
        });
        path.filter(p -> !PATH.matcher(p).matches()).ifPresent(p -> {
            throw refused(
                    "path", p, "it is not a cookie path", "Start it with '/', without spaces, quotes and semicolons");
        });
        domain.filter(d -> !DOMAIN.matcher(d).matches()).ifPresent(d -> {
            throw refused("domain", d, "it is not a host name", "Write for example shop.example.com");
        });
        if (maxAgeSeconds < 0) {
            throw refused(
                    "maxAge", maxAgeSeconds + " s", "it is negative", "Use 0 for a cookie that ends with the browser");
        }
        if (sameSite.isPresent() && sameSite.get() == SameSite.NONE && !secure.orElse(false)) {
            // Browsers drop SameSite=None cookies without Secure, so every request would get a new pod.
            throw refused(
                    "sameSite", "None", "browsers refuse such a cookie unless it is secure", "Set secure as well");
        }
    }

    public String nameOrDefault() {
        return name.orElse(DEFAULT_NAME);
    }

    /** Whether anything at all was asked for. */
    boolean isDefault() {
        return maxAgeSeconds == 0
                && name.isEmpty()
                && mode.isEmpty()
                && path.isEmpty()
                && domain.isEmpty()
                && sameSite.isEmpty()
                && secure.isEmpty()
                && changeOnFailure.isEmpty()
                && canary.isEmpty();
    }

    static ReleaseException refused(String parameter, String value, String reason, String remedy, String... valid) {
        return ReleaseException.refused("read " + parameter, value, reason, remedy, valid);
    }
}
