package io.jenkins.plugins.k8srollout.engine.affinity;

import static io.jenkins.plugins.k8srollout.engine.affinity.CookieAffinity.refused;

import io.jenkins.plugins.k8srollout.engine.affinity.AffinityTarget.Kind;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * How sessions shall stick, said without any controller's words. Built with {@link #builder()}, which parses.
 *
 * @param namespace the target's namespace; never empty
 * @param target where sessions shall stick
 * @param cookie the cookie; of no meaning if {@code clientIpSeconds} is present
 * @param clientIpSeconds for how long a client's address stays bound to a pod; empty for affinity by cookie
 * @param controller a dialect's name; empty text to find it from the IngressClass
 * @param remove whether all that was ever set is taken back instead
 */
public record AffinityRequest(
        String namespace,
        AffinityTarget target,
        CookieAffinity cookie,
        OptionalInt clientIpSeconds,
        String controller,
        boolean remove) {
    // ClientIPConfig.timeoutSeconds: "The value must be >0 && <=86400(for 1 day)".
    private static final int LONGEST_CLIENT_IP_SECONDS = 86_400;

    public AffinityRequest {
        if (namespace.isEmpty()) {
            throw refused("namespace", "", "it is missing", "Set namespace");
        }
        if (clientIpSeconds.isPresent()) {
            int seconds = clientIpSeconds.getAsInt();
            if (seconds < 1 || seconds > LONGEST_CLIENT_IP_SECONDS) {
                throw refused("clientIP", seconds + " s", "it is not between 1 and 86400 seconds", "10800 is usual");
            }
            if (target.kind() != Kind.SERVICE) {
                throw refused(
                        "clientIP",
                        target.toString(),
                        "affinity by client address is a property of a Service",
                        "Name the service instead of the " + target.kind().parameter());
            }
            if (!cookie.isDefault()) {
                throw refused(
                        "clientIP",
                        target.toString(),
                        "affinity by client address knows no cookie",
                        "Leave out the cookie's options, or leave out clientIP");
            }
        }
        if (!controller.isEmpty()) {
            AffinityDialects.named(controller);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Collects and parses a request; empty text and null stand for "not given". Not thread-safe. */
    public static final class Builder {
        private String namespace = "";
        private final Map<Kind, String> targets = new EnumMap<>(Kind.class);
        private String cookie = "";
        private String mode = "";
        private int maxAge;
        private String path = "";
        private String domain = "";
        private String sameSite = "";
        private Boolean secure;
        private Boolean changeOnFailure;
        private String canary = "";
        private String controller = "";
        private Integer clientIp;
        private boolean remove;

        public Builder namespace(String value) {
            namespace = value;
            return this;
        }

        public Builder ingress(String name) {
            return target(Kind.INGRESS, name);
        }

        public Builder service(String name) {
            return target(Kind.SERVICE, name);
        }

        public Builder httpRoute(String name) {
            return target(Kind.HTTP_ROUTE, name);
        }

        private Builder target(Kind kind, String name) {
            if (!given(name).isEmpty()) {
                targets.put(kind, name);
            }
            return this;
        }

        public Builder cookie(String name) {
            cookie = given(name);
            return this;
        }

        /** {@code balanced} or {@code persistent}. */
        public Builder mode(String value) {
            mode = given(value);
            return this;
        }

        /** Seconds; 0 for a cookie that ends with the browser. */
        public Builder maxAge(int seconds) {
            maxAge = seconds;
            return this;
        }

        public Builder path(String value) {
            path = given(value);
            return this;
        }

        public Builder domain(String value) {
            domain = given(value);
            return this;
        }

        /** {@code None}, {@code Lax} or {@code Strict}. */
        public Builder sameSite(String value) {
            sameSite = given(value);
            return this;
        }

        public Builder secure(Boolean value) {
            secure = value;
            return this;
        }

        public Builder changeOnFailure(Boolean value) {
            changeOnFailure = value;
            return this;
        }

        /** {@code sticky} or {@code legacy}. */
        public Builder canary(String value) {
            canary = given(value);
            return this;
        }

        /** One of {@link AffinityDialects#names()}. */
        public Builder controller(String value) {
            controller = given(value);
            return this;
        }

        /** Seconds, 1 to 86400; null for affinity by cookie. */
        public Builder clientIp(Integer seconds) {
            clientIp = seconds;
            return this;
        }

        public Builder remove(boolean value) {
            remove = value;
            return this;
        }

        /** @throws ReleaseException (refused input) naming the parameter that is wrong */
        public AffinityRequest build() {
            if (targets.size() != 1) {
                throw ReleaseException.refused(
                        "read the affinity's target",
                        targets.isEmpty() ? "" : String.join(", ", targets.values()),
                        targets.isEmpty() ? "nothing is named" : "more than one object is named",
                        "Set exactly one of the parameters",
                        Arrays.stream(Kind.values()).map(Kind::parameter).toArray(String[]::new));
            }
            Map.Entry<Kind, String> only = targets.entrySet().iterator().next();
            return new AffinityRequest(
                    namespace,
                    new AffinityTarget(only.getKey(), only.getValue()),
                    new CookieAffinity(
                            text(cookie),
                            choice("mode", mode, CookieAffinity.Mode.values(), CookieAffinity.Mode::word),
                            maxAge,
                            text(path),
                            text(domain),
                            choice(
                                    "sameSite",
                                    sameSite,
                                    CookieAffinity.SameSite.values(),
                                    CookieAffinity.SameSite::word),
                            Optional.ofNullable(secure),
                            Optional.ofNullable(changeOnFailure),
                            choice("canary", canary, CookieAffinity.Canary.values(), CookieAffinity.Canary::word)),
                    clientIp == null ? OptionalInt.empty() : OptionalInt.of(clientIp),
                    controller,
                    remove);
        }

        private static String given(String value) {
            return value == null ? "" : value.strip();
        }

        private static Optional<String> text(String value) {
            return value.isEmpty() ? Optional.empty() : Optional.of(value);
        }

        private static <E> Optional<E> choice(String parameter, String value, E[] values, Function<E, String> word) {
            if (value.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(Arrays.stream(values)
                    .filter(v -> word.apply(v).equalsIgnoreCase(value))
                    .findFirst()
                    .orElseThrow(() -> refused(
                            parameter,
                            value,
                            "there is no such choice",
                            "Leave it out for the controller's default",
                            Arrays.stream(values).map(word).toArray(String[]::new))));
        }
    }
}
