package io.jenkins.plugins.k8srollout.engine.image.registry;

import static io.jenkins.plugins.k8srollout.engine.image.registry.RegistryFixture.problem;
import static io.jenkins.plugins.k8srollout.engine.image.registry.RegistryFixture.random;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.Retrying;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.testutil.FakeRegistry;
import io.jenkins.plugins.k8srollout.testutil.ScriptedServer;
import io.jenkins.plugins.k8srollout.testutil.ScriptedServer.Reply;
import io.jenkins.plugins.k8srollout.testutil.ScriptedServer.Seen;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.Rule;
import org.junit.Test;

public class RegistryPullTest {
    private static final byte[] MANIFEST = "{\"schemaVersion\":2}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] BLOB = random(300_000);

    @Rule
    public final RegistryFixture it = new RegistryFixture();

    @Test
    public void aManifestComesWithTypeAndDigestInOneRequest() {
        ImageDigest digest = it.registry.addManifest("shop/web", "1", MediaTypes.DOCKER_MANIFEST, MANIFEST);
        PulledManifest pulled = it.client().manifest(it.image("shop/web:1"));
        assertThat(pulled.mediaType(), is(MediaTypes.DOCKER_MANIFEST));
        assertThat(pulled.digest(), is(digest));
        assertThat(pulled.bytes(), is(MANIFEST));
        assertThat(it.server.lines(), contains("GET /v2/shop/web/manifests/1"));
        assertThat(it.server.requests().get(0).header("Accept"), containsString(MediaTypes.OCI_INDEX));
    }

    @Test
    public void withoutATagItIsLatestAndADigestBeatsTheTag() {
        ImageDigest digest = it.registry.addManifest("shop/web", "latest", MediaTypes.OCI_MANIFEST, MANIFEST);
        RegistryClient client = it.client();
        assertThat(client.manifest(it.image("shop/web")).digest(), is(digest));
        assertThat(
                client.manifest(it.image("shop/web:other").withDigest(digest)).digest(), is(digest));
    }

    @Test
    public void headTellsTypeDigestAndAbsence() {
        ImageDigest digest = it.registry.addManifest("shop/web", "1", MediaTypes.OCI_INDEX, MANIFEST);
        RegistryClient client = it.client();
        ManifestInfo info = client.head(it.image("shop/web:1")).orElseThrow();
        assertThat(info.digest(), is(digest));
        assertThat(info.mediaType(), is(MediaTypes.OCI_INDEX));
        assertThat(client.head(it.image("shop/web:2")), is(Optional.empty()));
    }

    @Test
    public void headWithoutTheDigestHeaderReadsTheContent() {
        it.server.on("HEAD /v2/shop/web/manifests/1", Reply.status(200).header("Content-Type", MediaTypes.OCI_INDEX));
        ImageDigest digest = it.registry.addManifest("shop/web", "1", MediaTypes.OCI_INDEX, MANIFEST);
        assertThat(it.client().head(it.image("shop/web:1")).orElseThrow().digest(), is(digest));
    }

    @Test
    public void aManifestThatDoesNotFitItsDigestIsRefused() {
        ImageDigest digest = ImageDigest.of(BLOB);
        it.server.on("GET /v2/shop/web/manifests/" + digest, Reply.status(200).body(MANIFEST));
        Problem problem =
                problem(() -> it.client().manifest(it.image("shop/web").withDigest(digest)));
        assertThat(problem.kind(), is(Problem.Kind.FAILED));
        assertThat(problem.reason(), containsString(ImageDigest.of(MANIFEST) + ", not " + digest));
    }

    @Test
    public void aMissingManifestIsNotFound() {
        Problem problem = problem(() -> it.client().manifest(it.image("shop/web:9")));
        assertThat(problem.kind(), is(Problem.Kind.NOT_FOUND));
        assertThat(problem.sentence(), containsString("/shop/web:9: the registry answered 404 MANIFEST_UNKNOWN"));
    }

    @Test
    public void aBlobIsStreamedAndVerified() {
        ImageDigest digest = it.registry.addBlob("shop/web", BLOB);
        assertThat(read(it.client(), digest), is(BLOB));
    }

    @Test
    public void aBlobGoesOnAfterABrokenConnection() {
        ImageDigest digest = it.registry.addBlob("shop/web", BLOB);
        it.server.on(
                "GET /v2/shop/web/blobs/" + digest, Reply.status(200).body(BLOB).cutAfter(100_000));
        assertThat(read(it.client(), digest), is(BLOB));
        Seen second = it.server.requests().get(1);
        assertThat(second.header("Range"), is("bytes=100000-"));
        assertThat(it.sink.of(Retrying.class), hasSize(1));
    }

    @Test
    public void aBlobComesAgainWhereThereAreNoRanges() {
        ImageDigest digest = it.registry.addBlob("shop/web", BLOB);
        it.server.on(
                "GET /v2/shop/web/blobs/" + digest,
                Reply.status(200).body(BLOB).cutAfter(100_000),
                Reply.status(200).body(BLOB).cutAfter(50_000),
                Reply.status(503),
                Reply.status(200).body(BLOB));
        assertThat(read(it.client(), digest), is(BLOB));
    }

    @Test
    public void aBlobThatIsSomethingElseFailsAtItsEnd() {
        ImageDigest digest = ImageDigest.of(MANIFEST);
        it.server.on("GET /v2/shop/web/blobs/" + digest, Reply.status(200).body(BLOB));
        Problem problem = problem(() -> read(it.client(), digest));
        assertThat(problem.kind(), is(Problem.Kind.FAILED));
        assertThat(problem.reason(), containsString("has the digest " + ImageDigest.of(BLOB)));
    }

    @Test
    public void aBlobThatBreaksForeverEndsWithThePatience() {
        ImageDigest digest = it.registry.addBlob("shop/web", BLOB);
        it.server.on(
                "GET /v2/shop/web/blobs/" + digest, Reply.status(200).body(BLOB).cutAfter(10));
        it.server.otherwise(request -> Reply.hangUp(0));
        Problem problem = problem(() -> read(it.client(), digest));
        assertThat(problem.kind(), is(Problem.Kind.UNREACHABLE));
    }

    @Test
    public void aRedirectIsFollowedWithoutCredentials() {
        try (ScriptedServer store = ScriptedServer.start()) {
            ImageDigest digest = ImageDigest.of(BLOB);
            store.on(
                    "GET /bucket/1",
                    Reply.status(200).body(BLOB).cutAfter(1000),
                    Reply.status(200).body(BLOB));
            String address = "http://localhost:" + store.port() + "/bucket/1?signature=abc";
            String path = "GET /v2/shop/web/blobs/" + digest;
            it.server.on(
                    path,
                    Reply.status(401).header("WWW-Authenticate", "Basic realm=\"r\""),
                    Reply.status(307).header("Location", address),
                    Reply.status(307).header("Location", address));
            RegistryClient client = it.client(access -> access.credentials(RegistryFixture.ROBOT));
            assertThat(read(client, digest), is(BLOB));
            assertThat(it.server.requests(path).get(1).header("Authorization"), containsString("Basic "));
            assertThat(store.requests(), hasSize(2));
            for (Seen request : store.requests()) {
                assertThat(request.header("Authorization"), is(""));
                assertThat(request.query(), is("signature=abc"));
            }
        }
    }

    @Test
    public void aRedirectInACircleEnds() {
        it.server.otherwise(request -> Reply.status(302).header("Location", request.path()));
        Problem problem = problem(() -> it.client().ping());
        assertThat(problem.reason(), containsString("leads on and on"));
    }

    @Test
    public void anAnswerTooLargeIsNotKept() {
        it.server.otherwise(request -> Reply.status(200).body(new byte[9 << 20]));
        Problem problem = problem(() ->
                it.client(access -> access.patience(java.time.Duration.ZERO)).manifest(it.image("shop/web:1")));
        assertThat(problem.reason(), containsString("larger than"));
    }

    @Test
    public void tagsArePaged() {
        it.server.on(
                "GET /v2/shop/web/tags/list",
                Reply.status(200)
                        .header("Link", "</v2/shop/web/tags/list?last=b&n=2>; rel=\"next\"")
                        .json("{\"name\":\"shop/web\",\"tags\":[\"a\",\"b\"]}"),
                Reply.status(200).json("{\"name\":\"shop/web\",\"tags\":[\"c\"]}"));
        assertThat(it.client().tags("shop/web"), contains("a", "b", "c"));
        assertThat(it.server.requests().get(1).query(), is("last=b&n=2"));
    }

    @Test
    public void aPageThatLeadsToItselfEnds() {
        it.server.otherwise(request -> Reply.status(200)
                .header("Link", "</v2/shop/web/tags/list?n=1000>; rel=\"next\"")
                .json("{\"tags\":null}"));
        assertThat(it.client().tags("shop/web"), hasSize(0));
    }

    @Test
    public void anUnknownRepositoryHasNoTagsButAProblem() {
        it.server.otherwise(r -> FakeRegistry.error(404, "NAME_UNKNOWN", "repository name not known to registry"));
        assertThat(problem(() -> it.client().tags("shop/web")).kind(), is(Problem.Kind.NOT_FOUND));
    }

    private static byte[] read(RegistryClient client, ImageDigest digest) {
        try (InputStream stream = client.blob("shop/web", digest)) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the stream recovers by itself", e);
        }
    }
}
