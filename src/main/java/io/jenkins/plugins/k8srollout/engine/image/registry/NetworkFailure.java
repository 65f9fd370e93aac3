package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;

/** Tells apart why a server could not be spoken with, and what to do about it. One row per cause. Pure. */
final class NetworkFailure {
    // A name that does not resolve is mostly mistyped, but a cluster's DNS also fails for moments.
    private static final Duration DNS_PATIENCE = Duration.ofSeconds(5);

    /** A cause that trying again does not mend. */
    private record Lasting(Predicate<Throwable> seen, String reason, String remedy) {}

    private static final List<Lasting> LASTING = List.of(
            new Lasting(
                    has(LimitedBytes.TooLargeException.class),
                    "its answer is larger than any that makes sense here",
                    "Check that the address is the registry's, and any proxy between it and this machine"),
            new Lasting(
                    has(CertificateExpiredException.class),
                    "its certificate has expired",
                    "Renew the certificate of the registry"),
            new Lasting(
                    has(CertificateNotYetValidException.class),
                    "its certificate is not valid yet",
                    "Check the clocks of the registry and of this machine"),
            new Lasting(
                    has(CertPathBuilderException.class),
                    "its certificate is signed by an authority that is not trusted here",
                    "Give the authority's certificate (PEM) in the registry's configuration"),
            new Lasting(
                    says(CertificateException.class, "subject alternative", "no name matching"),
                    "its certificate is for another host name",
                    "Use a name that the certificate holds, or have it issued for this one"),
            new Lasting(
                    says(SSLException.class, "unrecognized ssl message", "plaintext connection"),
                    "it answers with plain HTTP where https was expected",
                    "Allow plain HTTP for this registry (in its configuration, or with --plain-http), or give it a certificate"),
            new Lasting(
                    says(SSLException.class, "handshake_failure", "protocol_version", "no appropriate protocol"),
                    "it and this Java have no TLS version or cipher in common",
                    "Allow TLS 1.2 or later on the registry"));

    private NetworkFailure() {}

    /** A {@link ReleaseException} where trying again is useless, else a {@link TransientException}. */
    static Exception of(Throwable failure, URI address, Action action) {
        String server = address.getScheme() + "://" + address.getRawAuthority();
        for (Lasting cause : LASTING) {
            if (cause.seen().test(failure)) {
                return lasting(server + ": " + cause.reason(), cause.remedy(), action, failure);
            }
        }
        if (has(UnresolvedAddressException.class)
                .or(has(UnknownHostException.class))
                .test(failure)) {
            return TransientException.doubtful(
                    server + ": the host name is unknown",
                    "Check the host name, and the DNS and proxy settings of the machine that runs this",
                    DNS_PATIENCE,
                    failure);
        }
        if (has(HttpConnectTimeoutException.class)
                .or(has(NoRouteToHostException.class))
                .test(failure)) {
            return new TransientException(
                    server + ": no connection could be made in time",
                    "Check the address, firewalls and proxy settings",
                    failure);
        }
        if (has(ConnectException.class).test(failure)) {
            return new TransientException(
                    server + ": the connection was refused",
                    "Check host and port, and that the registry runs",
                    failure);
        }
        return new TransientException(
                server + ": the connection broke" + detail(failure),
                "Check the registry, and any proxy between it and this machine",
                failure);
    }

    /** A file or other source that could not be read while it was being sent. */
    static ReleaseException unreadable(IOException failure, Action action) {
        return new ReleaseException(
                new Problem(
                        Problem.Kind.FAILED,
                        action.attempted(),
                        action.object(),
                        "the content could not be read: " + failure.getMessage(),
                        "Check the disk, and that nothing else changes the build's files"),
                failure);
    }

    private static ReleaseException lasting(String reason, String remedy, Action action, Throwable failure) {
        return new ReleaseException(
                new Problem(Problem.Kind.UNREACHABLE, action.attempted(), action.object(), reason, remedy), failure);
    }

    private static String detail(Throwable failure) {
        return failure.getMessage() == null ? "" : " (" + failure.getMessage() + ")";
    }

    private static Predicate<Throwable> has(Class<? extends Throwable> type) {
        return failure -> find(failure, type::isInstance).isPresent();
    }

    private static Predicate<Throwable> says(Class<? extends Throwable> type, String... words) {
        return failure -> find(failure, f -> type.isInstance(f) && containsAny(f.getMessage(), words))
                .isPresent();
    }

    private static boolean containsAny(String message, String... words) {
        String text = message == null ? "" : message.toLowerCase(java.util.Locale.ROOT);
        return List.of(words).stream().anyMatch(text::contains);
    }

    private static Optional<Throwable> find(Throwable failure, Predicate<Throwable> wanted) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (wanted.test(at)) {
                return Optional.of(at);
            }
        }
        return Optional.empty();
    }
}
