package io.jenkins.plugins.k8srollout.engine.health;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import java.util.List;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/** The words of several runtimes and registries for a failed pull. */
@RunWith(Parameterized.class)
public class PullFaultTest {
    private final PullFault expected;
    private final String message;

    public PullFaultTest(PullFault expected, String message) {
        this.expected = expected;
        this.message = message;
    }

    @Parameters(name = "{0}: {1}")
    public static List<Object[]> messages() {
        return List.of(
                row(
                        PullFault.NOT_FOUND,
                        "failed to resolve reference \"r.example.com/a:1\": r.example.com/a:1: not found"),
                row(PullFault.NOT_FOUND, "reading manifest v9 in docker.io/library/nginx: manifest unknown"),
                row(
                        PullFault.NOT_FOUND,
                        "Error response from daemon: manifest for nginx:v9 not found: manifest unknown"),
                row(
                        PullFault.NOT_FOUND,
                        "unexpected status from HEAD request to https://r.example.com/v2/: 404 Not Found"),
                row(
                        PullFault.DENIED,
                        "unexpected status from GET request to https://r.example.com/token: 401 Unauthorized"),
                row(PullFault.DENIED, "pull access denied, repository does not exist or may require authorization"),
                row(PullFault.DENIED, "requested access to the resource is denied"),
                row(PullFault.DENIED, "unexpected status code [manifests 1]: 403 Forbidden"),
                row(PullFault.TLS, "tls: failed to verify certificate: x509: certificate signed by unknown authority"),
                row(PullFault.TLS, "http: server gave HTTP response to HTTPS client"),
                row(PullFault.PLATFORM, "no match for platform in manifest: not found"),
                row(PullFault.UNREACHABLE, "dial tcp 192.0.2.1:443: i/o timeout"),
                row(PullFault.UNREACHABLE, "net/http: TLS handshake timeout"),
                row(PullFault.UNREACHABLE, "dial tcp 192.0.2.1:443: connect: connection refused"),
                row(PullFault.UNREACHABLE, "dial tcp: lookup r.example.com: no such host"),
                row(PullFault.UNREACHABLE, "httpReadSeeker: failed open: unexpected EOF"),
                row(PullFault.OVERLOADED, "429 Too Many Requests - Server message: toomanyrequests: rate limit"),
                row(
                        PullFault.OVERLOADED,
                        "unexpected status from HEAD request to https://r.example.com/v2/: 503 Service Unavailable"),
                row(PullFault.NODE_FULL, "failed to extract layer: write /x: no space left on device"),
                row(
                        PullFault.NOT_FOUND,
                        "failed to resolve reference \"r.example.com/timeout/eof:503\": r.example.com/timeout/eof:503: not found"),
                row(PullFault.OTHER, "something new"),
                row(PullFault.OTHER, ""));
    }

    @Test
    public void isToldFromItsWords() {
        assertThat(PullFault.of(message), equalTo(expected));
    }

    private static Object[] row(PullFault expected, String message) {
        return new Object[] {expected, message};
    }
}
