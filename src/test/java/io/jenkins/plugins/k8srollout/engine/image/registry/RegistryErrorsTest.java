package io.jenkins.plugins.k8srollout.engine.image.registry;

import static io.jenkins.plugins.k8srollout.engine.image.registry.RegistryFixture.ROBOT;
import static io.jenkins.plugins.k8srollout.engine.image.registry.RegistryFixture.problem;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.Problem.Kind;
import io.jenkins.plugins.k8srollout.testutil.ScriptedServer.Reply;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameter;
import org.junit.runners.Parameterized.Parameters;

/** What registries, their token servers and proxies answer, and what a user reads of it. */
@RunWith(Parameterized.class)
public class RegistryErrorsTest {
    @Rule
    public final RegistryFixture it = new RegistryFixture();

    @Parameter(0)
    public int status;

    @Parameter(1)
    public String body;

    @Parameter(2)
    public Kind kind;

    @Parameter(3)
    public String reason;

    @Parameter(4)
    public String remedy;

    @Parameters(name = "{0} {3}")
    public static List<Object[]> answers() {
        return List.of(
                row(
                        403,
                        error("DENIED", "requested access to the resource is denied"),
                        Kind.NOT_PERMITTED,
                        "refused user 'robot$shop': the registry answered 403 DENIED: requested access to the resource is"
                                + " denied",
                        "rights"),
                row(
                        412,
                        error("PRECONDITION", "Failed to process request due to 'web:v1' configured as immutable."),
                        Kind.REJECTED,
                        "412 PRECONDITION: Failed to process request due to 'web:v1' configured as immutable",
                        "Choose a tag that does not exist yet"),
                row(
                        400,
                        error("TAG_INVALID", "The image tag 'v1' already exists and is immutable"),
                        Kind.REJECTED,
                        "400 TAG_INVALID",
                        "Choose a tag that does not exist yet"),
                row(
                        403,
                        error(
                                "DENIED",
                                "adding 24.0 MiB of storage resource, which when updated to current usage of 1.0 GiB will"
                                        + " exceed the configured upper limit of 1.0 GiB."),
                        Kind.REJECTED,
                        "will exceed the configured upper limit",
                        "raise the quota"),
                row(
                        404,
                        error("NAME_UNKNOWN", "repository name not known to registry"),
                        Kind.NOT_FOUND,
                        "404 NAME_UNKNOWN: repository name not known",
                        "project must be created"),
                row(
                        400,
                        error("MANIFEST_INVALID", "manifest invalid"),
                        Kind.REJECTED,
                        "400 MANIFEST_INVALID: manifest invalid",
                        "log"),
                row(
                        404,
                        "{\"errors\":[{\"code\":\"BLOB_UNKNOWN\",\"message\":\"a\"},{\"code\":\"X\",\"message\":\"b\"}]}",
                        Kind.NOT_FOUND,
                        "404 BLOB_UNKNOWN: a; X: b",
                        ""),
                row(405, error("UNSUPPORTED", "proxy project"), Kind.REJECTED, "405 UNSUPPORTED", "proxy cache"),
                row(407, "", Kind.UNREACHABLE, "407", "http.nonProxyHosts"),
                row(413, "<html><h1>413</h1></html>", Kind.REJECTED, "413 without saying why", "client_max_body_size"),
                row(507, "", Kind.REJECTED, "507", "Make room"),
                row(418, "{\"message\":\"short and stout\"}", Kind.REJECTED, "418 short and stout", ""),
                row(
                        400,
                        "Client sent an HTTP request to an HTTPS server.",
                        Kind.UNREACHABLE,
                        "HTTP request to an HTTPS server",
                        "Turn off plain HTTP"));
    }

    @Test
    public void isExplained() {
        String type = body.startsWith("{") ? "application/json" : body.startsWith("<") ? "text/html" : "text/plain";
        it.server.otherwise(
                request -> Reply.status(status).header("Content-Type", type).text(body));
        Problem problem = problem(() -> it.client(access -> access.credentials(ROBOT))
                .putManifest("shop/web", "v1", MediaTypes.OCI_MANIFEST, new byte[] {1}));
        assertThat(problem.attempted(), is("push the image's manifest"));
        assertThat(problem.object(), is(it.registry.authority() + "/shop/web:v1"));
        assertThat(problem.kind(), is(kind));
        assertThat(problem.reason(), containsString(reason));
        assertThat(problem.remedy(), containsString(remedy));
    }

    private static String error(String code, String message) {
        return "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}]}";
    }

    private static Object[] row(Object... values) {
        return values;
    }
}
