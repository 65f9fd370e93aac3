package io.jenkins.plugins.k8srollout.engine.image.registry;

import static io.jenkins.plugins.k8srollout.engine.image.registry.RegistryFixture.problem;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.BlobStored.How;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import io.jenkins.plugins.k8srollout.testutil.FakeRegistry;
import io.jenkins.plugins.k8srollout.testutil.LeapScheduler;
import io.jenkins.plugins.k8srollout.testutil.ScriptedServer;
import io.jenkins.plugins.k8srollout.testutil.ScriptedServer.Reply;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.rules.Timeout;

public class RegistryTlsTest {
    private static final char[] STORE_PASSWORD = "changeit".toCharArray();

    // on a busy machine even a handshake takes its time
    private static final Duration LONG = Duration.ofMinutes(5);

    @Rule
    public final Timeout hang = Timeout.seconds(180);

    @ClassRule
    public static final TemporaryFolder FOLDER = new TemporaryFolder();

    private static Identity here;
    private static Identity elsewhere;

    private final LeapScheduler scheduler = new LeapScheduler();
    private final CapturingSink sink = new CapturingSink();

    private record Identity(SSLContext tls, String pem) {}

    @BeforeClass
    public static void issue() throws Exception {
        here = identity("here", "ip:127.0.0.1,dns:localhost");
        elsewhere = identity("elsewhere", "dns:registry.example.com");
    }

    @Test
    public void aConfiguredAuthorityIsTrusted() {
        try (FakeRegistry registry = new FakeRegistry(ScriptedServer.start(here.tls()));
                RegistryClient client = open(registry.server(), access -> access.caPem(here.pem()))) {
            byte[] content = RegistryFixture.random(200_000);
            client.ping();
            assertThat(client.push("shop/web", BlobSource.of(content), List.of()), is(How.UPLOADED));
            assertThat(registry.blob("shop/web", ImageDigest.of(content)), is(content));
        }
    }

    @Test
    public void anUnknownAuthorityIsSaidToBeUnknown() {
        expect(here, access -> access, "authority that is not trusted here", "authority's certificate (PEM)");
    }

    @Test
    public void anotherHostNameIsSaidToBeWrong() {
        expect(elsewhere, access -> access.caPem(elsewhere.pem()), "for another host name", "issued for this one");
    }

    @Test
    public void anExpiredCertificateIsSaidToBeExpired() {
        // as Java reports it for a certificate that an authority has issued
        Exception seen = new SSLHandshakeException("PKIX path validation failed");
        seen.initCause(new CertPathValidatorException("validity check failed", new CertificateExpiredException("x")));
        Exception failure = NetworkFailure.of(seen, URI.create("https://r.example.com/v2/"), new Action("a", "b"));
        assertThat(failure.getMessage(), containsString("https://r.example.com: its certificate has expired"));
    }

    @Test
    public void plainHttpBehindHttpsIsSaidToBeSo() throws Exception {
        // servers in Go and nginx answer a TLS greeting so; the one of the JDK would keep silent
        try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // the JDK's client may come a second time by itself
            CompletableFuture.runAsync(() -> {
                while (!plain.isClosed()) {
                    answerBadRequest(plain);
                }
            });
            RegistryAccess access = RegistryAccess.builder("127.0.0.1:" + plain.getLocalPort())
                    .connectTimeout(LONG)
                    .build();
            try (RegistryClient client = RegistryClient.open(access, sink, scheduler)) {
                Problem problem = problem(() -> client.hasBlob("shop/web", ImageDigest.of(new byte[0])));
                assertThat(problem.reason(), containsString("answers with plain HTTP where https was expected"));
                assertThat(problem.remedy(), containsString("Allow plain HTTP"));
                assertThat(scheduler.delays(), hasSize(0));
            }
        }
    }

    private static void answerBadRequest(ServerSocket server) {
        try (Socket client = server.accept()) {
            client.getInputStream().read();
            client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            client.getOutputStream().flush();
            client.shutdownOutput();
            client.getInputStream().readAllBytes();
        } catch (IOException e) {
            return; // the server was closed, or the client has gone: the assertions tell
        }
    }

    @Test
    public void credentialsAndContentNeverLeaveEncryption() {
        try (ScriptedServer server = ScriptedServer.start(here.tls());
                ScriptedServer open = ScriptedServer.start()) {
            String token = "Bearer realm=\"http://" + open.authority() + "/token\"";
            server.on("GET /v2/", Reply.status(401).header("WWW-Authenticate", token));
            server.on("HEAD *", Reply.status(307).header("Location", "http://" + open.authority() + "/blob"));
            RegistryClient client =
                    open(server, access -> access.caPem(here.pem()).credentials(RegistryFixture.ROBOT));
            for (Problem problem :
                    List.of(problem(client::ping), problem(() -> open(server, access -> access.caPem(here.pem()))
                            .hasBlob("a", ImageDigest.of(new byte[0]))))) {
                assertThat(problem.reason(), containsString("http://" + open.authority() + ", which is not encrypted"));
            }
            assertThat(open.requests(), hasSize(0));
        }
    }

    @Test
    public void aRegistryBehindAProxyThatNamesItselfWithHttpIsUnderstood() {
        try (FakeRegistry registry = new FakeRegistry(ScriptedServer.start(here.tls()));
                RegistryClient client = open(registry.server(), access -> access.caPem(here.pem()))) {
            registry.server().otherwise(request -> {
                Reply reply = registry.answer(request);
                String location = reply.headers().get("Location");
                return location == null ? reply : reply.header("Location", "http://127.0.0.1" + location);
            });
            assertThat(client.push("shop/web", BlobSource.of(new byte[] {1}), List.of()), is(How.UPLOADED));
        }
    }

    @Test
    public void aCertificateThatIsNoneIsRefused() {
        try (ScriptedServer plain = ScriptedServer.start()) {
            for (String pem : List.of("nonsense", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----")) {
                Problem problem = problem(() -> open(plain, access -> access.caPem(pem)));
                assertThat(problem.kind(), is(Problem.Kind.REFUSED_INPUT));
                assertThat(problem.attempted(), is("read the CA certificate of the registry"));
            }
        }
    }

    private void expect(Identity server, UnaryOperator<RegistryAccess.Builder> settings, String reason, String remedy) {
        try (ScriptedServer tls = ScriptedServer.start(server.tls());
                RegistryClient client = open(tls, settings)) {
            Problem problem = problem(() -> client.hasBlob("shop/web", ImageDigest.of(new byte[0])));
            assertThat(problem.kind(), is(Problem.Kind.UNREACHABLE));
            assertThat(problem.reason(), containsString("https://" + tls.authority() + ": its certificate"));
            assertThat(problem.reason(), containsString(reason));
            assertThat(problem.remedy(), containsString(remedy));
            assertThat(scheduler.delays(), hasSize(0));
        }
    }

    private RegistryClient open(ScriptedServer server, UnaryOperator<RegistryAccess.Builder> settings) {
        return RegistryClient.open(
                settings.apply(RegistryAccess.builder(server.authority()).connectTimeout(LONG))
                        .build(),
                sink,
                scheduler);
    }

    private static Identity identity(String name, String subject) throws Exception {
        Path file = FOLDER.getRoot().toPath().resolve(name);
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=" + subject,
                        "-validity",
                        "30",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(STORE_PASSWORD),
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(new File(file + ".log"))
                .start();
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException("keytool: " + Files.readString(Path.of(file + ".log")));
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream stream = Files.newInputStream(file)) {
            store.load(stream, STORE_PASSWORD);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, STORE_PASSWORD);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        String pem = Base64.getMimeEncoder()
                .encodeToString(store.getCertificate(name).getEncoded());
        return new Identity(tls, "-----BEGIN CERTIFICATE-----\n" + pem + "\n-----END CERTIFICATE-----\n");
    }
}
