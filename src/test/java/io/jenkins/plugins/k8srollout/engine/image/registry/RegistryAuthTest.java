package io.jenkins.plugins.k8srollout.engine.image.registry;

import static io.jenkins.plugins.k8srollout.engine.image.registry.RegistryFixture.PASSWORD;
import static io.jenkins.plugins.k8srollout.engine.image.registry.RegistryFixture.ROBOT;
import static io.jenkins.plugins.k8srollout.engine.image.registry.RegistryFixture.problem;
import static io.jenkins.plugins.k8srollout.engine.image.registry.RegistryFixture.random;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.BlobStored.How;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.testutil.FakeRegistry;
import io.jenkins.plugins.k8srollout.testutil.ScriptedServer;
import io.jenkins.plugins.k8srollout.testutil.ScriptedServer.Reply;
import io.jenkins.plugins.k8srollout.testutil.ScriptedServer.Seen;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.Rule;
import org.junit.Test;

public class RegistryAuthTest {
    private static final int MIB = 1 << 20;
    private static final byte[] BLOB = random(10_000);
    private static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString(("robot$shop:" + PASSWORD).getBytes(StandardCharsets.UTF_8));

    @Rule
    public final RegistryFixture it = new RegistryFixture();

    // token -> scopes
    private final Map<String, List<String>> tokens = new ConcurrentHashMap<>();
    private final Set<String> revoked = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();

    @Test
    public void basicIsLearntFromOneRefusal() {
        it.server.otherwise(request -> request.header("Authorization").equals(BASIC)
                ? it.registry.answer(request)
                : Reply.status(401).header("WWW-Authenticate", "Basic realm=\"Harbor, the registry\""));
        RegistryClient client = it.client(access -> access.credentials(ROBOT));
        client.ping();
        client.push("shop/web", BlobSource.of(BLOB), List.of());
        assertThat(it.server.lines(), hasSize(2 + 3));
    }

    @Test
    public void wrongPasswordNamesRegistryRepositoryAndUser() {
        it.server.otherwise(request -> Reply.status(401)
                .header("WWW-Authenticate", "Basic realm=\"r\"")
                .json("{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"no " + PASSWORD + "!\"}]}"));
        Problem problem = problem(
                () -> it.client(access -> access.credentials(ROBOT)).push("shop/web", BlobSource.of(BLOB), List.of()));
        assertThat(problem.kind(), is(Problem.Kind.NOT_PERMITTED));
        assertThat(
                problem.sentence(),
                allOf(
                        containsString(it.registry.authority() + "/shop/web@"),
                        containsString("refused user 'robot$shop'"),
                        containsString("401"),
                        containsString("robot account needs pull, and push")));
        assertThat(it.server.lines(), hasSize(2));
    }

    @Test
    public void withoutCredentialsTheRemedyIsToChooseSome() {
        it.server.otherwise(request -> Reply.status(401).header("WWW-Authenticate", "Basic realm=\"r\""));
        Problem problem = problem(() -> it.client().ping());
        assertThat(problem.reason(), containsString("refused no credentials"));
        assertThat(problem.remedy(), is("Choose credentials for this registry"));
        assertThat(it.server.lines(), hasSize(1));
    }

    @Test
    public void aPushNeedsOneTokenWithPullAndPush() {
        bearer(300);
        RegistryClient client = it.client(access -> access.credentials(ROBOT));
        client.push("shop/web", BlobSource.of(BLOB), List.of());
        client.push("shop/web", BlobSource.of(random(99)), List.of());
        client.putManifest("shop/web", "1", MediaTypes.OCI_MANIFEST, BLOB);
        client.head(it.image("shop/web:1"));
        List<Seen> asked = it.server.requests("GET /token");
        assertThat(asked, hasSize(1));
        assertThat(
                decoded(asked.get(0)),
                contains("service=registry, of tests", "scope=repository:shop/web:pull,push", "account=robot$shop"));
        assertThat(asked.get(0).header("Authorization"), is(BASIC));
    }

    @Test
    public void aMountAsksToReadTheOtherRepository() {
        bearer(300);
        it.registry.addBlob("base/jdk", BLOB);
        RegistryClient client = it.client(access -> access.credentials(ROBOT));
        assertThat(client.push("shop/web", BlobSource.of(BLOB), List.of("base/jdk")), is(How.MOUNTED));
        assertThat(
                decoded(it.server.requests("GET /token").get(1)),
                contains(
                        "service=registry, of tests",
                        "scope=repository:base/jdk:pull",
                        "scope=repository:shop/web:pull,push",
                        "account=robot$shop"));
    }

    @Test
    public void aTokenServerThatRefusesTheOtherRepositoryOnlyCostsTheMount() {
        bearer(300);
        it.registry.addBlob("base/jdk", BLOB);
        it.server.on("GET /token", token(300, "t0", "repository:shop/web:pull,push"), Reply.status(403));
        RegistryClient client = it.client(access -> access.credentials(ROBOT));
        assertThat(client.push("shop/web", BlobSource.of(BLOB), List.of("base/jdk")), is(How.UPLOADED));
    }

    @Test
    public void anonymousTokensAreAskedForWithoutAUser() {
        bearer(300);
        it.registry.addManifest("shop/web", "1", MediaTypes.OCI_MANIFEST, BLOB);
        it.client().manifest(it.image("shop/web:1"));
        Seen asked = it.server.requests("GET /token").get(0);
        assertThat(asked.header("Authorization"), is(""));
        assertThat(decoded(asked), contains("service=registry, of tests", "scope=repository:shop/web:pull"));
    }

    @Test
    public void anIdentityTokenIsExchangedByForm() {
        bearer(300);
        it.registry.addManifest("shop/web", "1", MediaTypes.OCI_MANIFEST, BLOB);
        it.client(access -> access.credentials(RegistryCredentials.identityToken("refresh/1+")))
                .manifest(it.image("shop/web:1"));
        Seen asked = it.server.requests("POST /token").get(0);
        assertThat(asked.header("Content-Type"), is("application/x-www-form-urlencoded"));
        assertThat(
                asked.text(),
                allOf(
                        containsString("grant_type=refresh_token"),
                        containsString("refresh_token=refresh%2F1%2B"),
                        containsString("scope=repository%3Ashop%2Fweb%3Apull")));
        assertThat(asked.header("Authorization"), is(""));
    }

    @Test
    public void anIdentityTokenIsNotTakenToAnotherHost() {
        try (ScriptedServer other = ScriptedServer.start()) {
            String elsewhere = "http://" + other.authority();
            other.otherwise(request -> token(300, "caught", ""));
            it.server.otherwise(request -> request.path().equals("/token")
                    ? Reply.status(307).header("Location", elsewhere + "/token")
                    : FakeRegistry.error(401, "UNAUTHORIZED", "authentication required")
                            .header("WWW-Authenticate", challenge()));
            RegistryClient client =
                    it.client(access -> access.credentials(RegistryCredentials.identityToken(PASSWORD)));
            Problem problem = problem(() -> client.manifest(it.image("shop/web:1")));
            assertThat(
                    problem.reason(), containsString("leads to " + elsewhere + ", which would get the identity token"));
            assertThat(other.requests("POST /token"), empty());
        }
    }

    @Test
    public void anExpiredTokenIsRenewedBeforeItIsRefused() {
        bearer(300);
        it.registry.addManifest("shop/web", "1", MediaTypes.OCI_MANIFEST, BLOB);
        RegistryClient client = it.client(access -> access.credentials(ROBOT));
        client.manifest(it.image("shop/web:1"));
        it.scheduler.advance(Duration.ofSeconds(299));
        client.manifest(it.image("shop/web:1"));
        assertThat(it.server.requests("GET /token"), hasSize(2));
        assertThat("no second refusal", it.server.requests("GET /v2/shop/web/manifests/1"), hasSize(1 + 2));
    }

    @Test
    public void aTokenRefusedInMidUploadIsRenewedAndTheUploadGoesOn() {
        bearer(300);
        byte[] big = random(3 * MIB);
        it.server.on(
                "PATCH /v2/shop/web/blobs/uploads/*",
                Reply.status(401).header("WWW-Authenticate", challenge()).doing(r -> revoked.addAll(tokens.keySet())));
        RegistryClient client = it.client(access -> access.credentials(ROBOT).chunkBytes(MIB));
        client.push("shop/web", BlobSource.of(big), List.of());
        assertThat(it.registry.blob("shop/web", ImageDigest.of(big)), is(big));
        assertThat(it.server.requests("GET /token"), hasSize(2));
        assertThat(it.server.requests("POST /v2/*"), hasSize(1));
    }

    @Test
    public void manyThreadsShareOneToken() {
        bearer(300);
        it.registry.addManifest("shop/web", "1", MediaTypes.OCI_MANIFEST, BLOB);
        RegistryClient client = it.client(access -> access.credentials(ROBOT));
        client.ping(); // learns the challenge
        CompletableFuture.allOf(IntStream.range(0, 8)
                        .mapToObj(i -> CompletableFuture.runAsync(() -> client.manifest(it.image("shop/web:1"))))
                        .toArray(CompletableFuture[]::new))
                .join();
        assertThat(it.server.requests("GET /token"), hasSize(1 + 1));
    }

    @Test
    public void aTokenThatIsNotEnoughIsNotPermittedAfterOneRenewal() {
        bearer(300);
        it.server.otherwise(request -> request.path().equals("/token")
                ? token(300, "useless", "")
                : Reply.status(401).header("WWW-Authenticate", challenge() + ",error=\"insufficient_scope\""));
        Problem problem =
                problem(() -> it.client(access -> access.credentials(ROBOT)).hasBlob("shop/web", ImageDigest.of(BLOB)));
        assertThat(problem.kind(), is(Problem.Kind.NOT_PERMITTED));
        assertThat(it.server.requests("GET /token"), hasSize(1));
    }

    @Test
    public void aTokenServerThatRefusesIsNamed() {
        bearer(300);
        it.server.on("GET /token", Reply.status(401).json("{\"details\":\"incorrect username or password\"}"));
        Problem problem =
                problem(() -> it.client(access -> access.credentials(ROBOT)).ping());
        assertThat(problem.kind(), is(Problem.Kind.NOT_PERMITTED));
        assertThat(problem.reason(), containsString("its token server answered 401 incorrect username or password"));
    }

    @Test
    public void aTokenServerThatIsDownIsTriedAgain() {
        bearer(300);
        it.server.on("GET /token", Reply.status(502), Reply.status(429));
        it.client(access -> access.credentials(ROBOT)).hasBlob("shop/web", ImageDigest.of(BLOB));
        assertThat(it.scheduler.delays(), hasSize(2));
    }

    @Test
    public void aTokenServerThatGivesNoTokenIsAProblem() {
        bearer(300);
        it.server.on("GET /token", Reply.status(200).json("{\"hello\":1}"));
        assertThat(problem(() -> it.client().ping()).reason(), containsString("gave no token"));
        it.server.on("GET /v2/", Reply.status(401).header("WWW-Authenticate", "Bearer realm=\"/token\""));
        assertThat(problem(() -> it.client().ping()).reason(), containsString("no valid address of a token server"));
    }

    @Test
    public void nothingPrintsASecret() {
        RegistryAccess access =
                RegistryAccess.builder("r.example.com").credentials(ROBOT).build();
        for (Object shown : List.of(
                access,
                ROBOT,
                RegistryCredentials.identityToken(PASSWORD),
                new TokenService.Token(PASSWORD, it.scheduler.now()))) {
            assertThat(shown.toString(), not(containsString(PASSWORD)));
        }
        assertThat(access.toString(), is("https://r.example.com as user 'robot$shop'"));
    }

    /** The registry now wants tokens that {@code /token} of the same server gives. */
    private void bearer(int seconds) {
        it.server.otherwise(request -> {
            if (request.path().equals("/token")) {
                List<String> asked = decoded(request).stream()
                        .filter(p -> p.startsWith("scope="))
                        .map(p -> p.substring("scope=".length()))
                        .toList();
                return token(seconds, "token-" + count.incrementAndGet(), String.join(" ", asked));
            }
            String token = request.header("Authorization").replace("Bearer ", "");
            boolean valid = tokens.containsKey(token) && !revoked.contains(token) && allows(token, request);
            return valid
                    ? it.registry.answer(request)
                    : FakeRegistry.error(401, "UNAUTHORIZED", "authentication required")
                            .header("WWW-Authenticate", challenge());
        });
    }

    private boolean allows(String token, Seen request) {
        String repository = request.path().replaceAll("/v2/(?:(.*)/(?:blobs|manifests|tags)/.*)?", "$1");
        boolean writes = Set.of("PUT", "POST", "PATCH").contains(request.method());
        return repository.isEmpty()
                || tokens.get(token).stream()
                        .anyMatch(scope -> scope.startsWith("repository:" + repository + ":")
                                && (!writes || scope.endsWith("push")));
    }

    private Reply token(int seconds, String value, String scopes) {
        tokens.put(value, List.of(scopes.split(" ")));
        return Reply.status(200).json("{\"token\":\"%s\",\"expires_in\":%d}".formatted(value, seconds));
    }

    private String challenge() {
        return "Bearer realm=\"http://" + it.registry.authority() + "/token\",service=\"registry, of tests\"";
    }

    private static List<String> decoded(Seen request) {
        String text = request.method().equals("POST") ? request.text() : request.query();
        return Arrays.stream(text.split("&"))
                .map(p -> URLDecoder.decode(p, StandardCharsets.UTF_8))
                .toList();
    }
}
