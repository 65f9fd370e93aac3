package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The addresses of one registry's API. Pure.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#endpoints">OCI endpoints</a>
 */
final class Endpoints {
    private static final int HTTPS_PORT = 443;
    private static final int HTTP_PORT = 80;
    private static final Pattern NOT_IN_URI =
            Pattern.compile("[^\\x21\\x23-\\x3b\\x3d\\x3f-\\x5b\\x5d\\x5f\\x61-\\x7a\\x7e]");
    private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;[^,]*\\brel=\"?next\"?");

    private final URI origin;

    Endpoints(String origin) {
        this.origin = URI.create(origin);
    }

    URI base() {
        return origin.resolve("/v2/");
    }

    URI blob(String repository, Object digest) {
        return origin.resolve("/v2/" + repository + "/blobs/" + digest);
    }

    URI uploads(String repository) {
        return origin.resolve("/v2/" + repository + "/blobs/uploads/");
    }

    URI mount(String repository, Object digest, String from) {
        return origin.resolve("/v2/" + repository + "/blobs/uploads/?mount=" + digest + "&from=" + from);
    }

    /** @param reference a tag or a digest */
    URI manifest(String repository, Object reference) {
        return origin.resolve("/v2/" + repository + "/manifests/" + reference);
    }

    /** By digest where the reference has one, else by tag. */
    URI manifest(ImageReference image) {
        Object version = image.digest().<Object>map(digest -> digest).orElseGet(() -> image.tag()
                .orElse("latest"));
        return manifest(image.repository(), version);
    }

    URI tags(String repository, int pageSize) {
        return origin.resolve("/v2/" + repository + "/tags/list?n=" + pageSize);
    }

    /** The upload's address with the digest that ends it; the rest of the query belongs to the registry. */
    static URI completed(URI upload, Object digest) {
        return URI.create(upload + (upload.getRawQuery() == null ? "?" : "&") + "digest=" + digest);
    }

    /** Whether credentials for this registry may go there. */
    boolean isRegistry(URI address) {
        return sameOrigin(origin, address);
    }

    static boolean sameOrigin(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme())
                && one.getHost() != null
                && one.getHost().equalsIgnoreCase(other.getHost())
                && port(one) == port(other);
    }

    /**
     * Where a Location header leads. A registry behind a proxy that ends TLS often does not know that it is reached by
     * https, and then names itself with http: that is taken back to the address that is known to work.
     *
     * @throws ReleaseException if it makes no sense
     */
    URI located(URI from, String location) {
        URI target = absolute(from, location);
        boolean downgraded = "https".equalsIgnoreCase(origin.getScheme())
                && "http".equalsIgnoreCase(target.getScheme())
                && origin.getHost().equalsIgnoreCase(target.getHost())
                && (target.getPort() < 0 || target.getPort() == HTTP_PORT || target.getPort() == origin.getPort());
        if (!downgraded) {
            return target;
        }
        String query = target.getRawQuery() == null ? "" : "?" + target.getRawQuery();
        return URI.create(origin.getScheme() + "://" + origin.getRawAuthority() + target.getRawPath() + query);
    }

    /** The next page's address in the Link header of RFC 8288. */
    Optional<URI> next(URI from, String link) {
        Matcher next = NEXT.matcher(link);
        return next.find() ? Optional.of(located(from, next.group(1))) : Optional.empty();
    }

    private static URI absolute(URI from, String location) {
        try {
            URI target = from.resolve(parsed(location));
            if (target.getHost() != null && target.getScheme().matches("(?i)https?")) {
                return target;
            }
        } catch (IllegalArgumentException e) {
            throw senseless(from);
        }
        throw senseless(from);
    }

    // The location itself is not shown: its query may be a signature that gives access.
    private static ReleaseException senseless(URI from) {
        return new ReleaseException(new Problem(
                Problem.Kind.FAILED,
                "follow the registry",
                from.getScheme() + "://" + from.getRawAuthority(),
                "the address that it leads to is no http or https address",
                "Check the registry's external address, and any proxy before it"));
    }

    private static int port(URI address) {
        if (address.getPort() >= 0) {
            return address.getPort();
        }
        return "https".equalsIgnoreCase(address.getScheme()) ? HTTPS_PORT : HTTP_PORT;
    }

    // Some registries put characters into the query that java.net.URI refuses.
    private static URI parsed(String location) {
        return URI.create(NOT_IN_URI.matcher(location.trim()).replaceAll(match -> {
            StringBuilder escaped = new StringBuilder();
            for (byte octet : match.group().getBytes(StandardCharsets.UTF_8)) {
                escaped.append(String.format("%%%02X", octet));
            }
            return escaped.toString();
        }));
    }
}
