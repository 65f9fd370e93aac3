package io.jenkins.plugins.k8srollout.engine.image.registry;

import static io.jenkins.plugins.k8srollout.engine.image.registry.RegistryFixture.problem;
import static io.jenkins.plugins.k8srollout.engine.image.registry.RegistryFixture.random;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.BlobStored;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.BlobStored.How;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.testutil.FakeRegistry;
import io.jenkins.plugins.k8srollout.testutil.ScriptedServer.Reply;
import io.jenkins.plugins.k8srollout.testutil.ScriptedServer.Seen;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class RegistryPushTest {
    private static final int MIB = 1 << 20;
    private static final byte[] SMALL = random(10_000);
    private static final byte[] BIG = random(5 * MIB + 17);
    private static final String UPLOADS = "/v2/shop/web/blobs/uploads/*";

    @Rule
    public final RegistryFixture it = new RegistryFixture();

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void whatIsThereIsNotSent() {
        it.registry.addBlob("shop/web", SMALL);
        assertThat(push(SMALL), is(How.EXISTED));
        assertThat(it.server.requests(), hasSize(1));
    }

    @Test
    public void aSmallBlobGoesInOneRequest() {
        RegistryClient client = it.client();
        assertThat(client.push("shop/web", BlobSource.of(SMALL), List.of()), is(How.UPLOADED));
        assertThat(
                it.server.lines(),
                contains(
                        "HEAD /v2/shop/web/blobs/" + ImageDigest.of(SMALL),
                        "POST /v2/shop/web/blobs/uploads/",
                        "PUT /v2/shop/web/blobs/uploads/1"));
        assertThat(stored(SMALL), is(SMALL));
        assertThat(client.pushedBytes(), is((long) SMALL.length));
        assertThat(
                it.sink.of(BlobStored.class),
                contains(new BlobStored(ImageDigest.of(SMALL), SMALL.length, How.UPLOADED)));
    }

    @Test
    public void anEmptyBlobIsOneToo() {
        assertThat(push(new byte[0]), is(How.UPLOADED));
        assertThat(stored(new byte[0]), is(new byte[0]));
    }

    @Test
    public void aBigBlobGoesInChunksThatSayTheirRange() throws IOException {
        Path file = folder.newFile().toPath();
        Files.write(file, BIG);
        BlobSource blob = BlobSource.of(file, ImageDigest.of(BIG), BIG.length);
        chunked(2 * MIB).push("shop/web", blob, List.of());
        List<Seen> chunks = it.server.requests("PATCH " + UPLOADS);
        assertThat(
                chunks.stream().map(c -> c.header("Content-Range")).toList(),
                contains("0-2097151", "2097152-4194303", "4194304-" + (BIG.length - 1)));
        assertThat(it.server.requests("PUT " + UPLOADS).get(0).body().length, is(0));
        assertThat(stored(BIG), is(BIG));
    }

    @Test
    public void mountsFromTheFirstRepositoryThatHasIt() {
        it.registry.addBlob("base/jdk", SMALL);
        How how = it.client()
                .push("shop/web", BlobSource.of(SMALL), List.of("shop/web", "base/php", "base/jdk", "base/other"));
        assertThat(how, is(How.MOUNTED));
        assertThat(stored(SMALL), is(SMALL));
        List<Seen> posts = it.server.requests("POST /v2/shop/web/blobs/uploads/");
        assertThat(
                posts.stream().map(p -> p.query().replaceFirst(".*&", "")).toList(),
                contains("from=base/php", "from=base/jdk"));
    }

    @Test
    public void aMountRefusedTurnsIntoAnUploadWithoutAnotherRequest() {
        it.client().push("shop/web", BlobSource.of(SMALL), List.of("base/jdk"));
        assertThat(it.server.requests("POST /v2/*"), hasSize(1));
        assertThat(stored(SMALL), is(SMALL));
    }

    @Test
    public void sessionsOfSeveralRefusedMountsAreEnded() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        it.server.on("DELETE /v2/shop/web/blobs/uploads/1", Reply.status(204).doing(r -> ended.countDown()));
        it.client().push("shop/web", BlobSource.of(SMALL), List.of("base/jdk", "base/php"));
        assertThat(it.server.requests("PUT " + UPLOADS).get(0).path(), is("/v2/shop/web/blobs/uploads/2"));
        assertThat(stored(SMALL), is(SMALL));
        ended.await();
    }

    @Test
    public void aMountThatIsNotAllowedTurnsIntoAnUpload() {
        it.server.on("POST /v2/shop/web/blobs/uploads/", FakeRegistry.error(403, "DENIED", "no access to base/jdk"));
        assertThat(it.client().push("shop/web", BlobSource.of(SMALL), List.of("base/jdk")), is(How.UPLOADED));
    }

    @Test
    public void anUploadGoesOnWhereTheRegistryGotTo() {
        it.server.on("PATCH " + UPLOADS, Reply.hangUp(700_000).doing(r -> it.registry.keep(r.body())));
        chunked(2 * MIB).push("shop/web", BlobSource.of(BIG), List.of());
        assertThat(it.server.requests("POST /v2/*"), hasSize(1));
        assertThat(it.server.requests("PATCH " + UPLOADS).get(1).header("Content-Range"), containsString("700000-"));
        assertThat(stored(BIG), is(BIG));
    }

    @Test
    public void aSmallUploadGoesOnToo() {
        it.server.on("PUT " + UPLOADS, Reply.hangUp(4_000).doing(r -> it.registry.keep(r.body())));
        assertThat(push(SMALL), is(How.UPLOADED));
        assertThat(stored(SMALL), is(SMALL));
        assertThat(it.server.requests("PATCH " + UPLOADS).get(0).header("Content-Range"), is("4000-9999"));
    }

    @Test
    public void anUploadBeginsAgainWhereTheSessionIsLost() {
        it.server.on("PATCH " + UPLOADS, Reply.hangUp(700_000).doing(r -> it.registry.loseUploads()));
        chunked(2 * MIB).push("shop/web", BlobSource.of(BIG), List.of());
        assertThat(it.server.requests("POST /v2/*"), hasSize(2));
        assertThat(stored(BIG), is(BIG));
    }

    @Test
    public void anUploadBeginsAgainWhereASessionIsInvalidWithoutABreak() {
        it.server.on(
                "PATCH " + UPLOADS,
                FakeRegistry.error(404, "BLOB_UPLOAD_INVALID", "blob upload invalid"),
                FakeRegistry.error(416, "RANGE_INVALID", "invalid content range"));
        chunked(2 * MIB).push("shop/web", BlobSource.of(BIG), List.of());
        assertThat(stored(BIG), is(BIG));
        // lost twice in chunks: the third time in one piece
        assertThat(it.server.requests("PUT " + UPLOADS).get(0).body().length, is(BIG.length));
    }

    @Test
    public void aRegistryThatAlwaysLosesTheSessionIsReported() {
        it.server.otherwise(request -> request.method().equals("PUT")
                ? FakeRegistry.error(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry")
                : it.registry.answer(request));
        Problem problem = problem(() -> push(SMALL));
        assertThat(problem.reason(), containsString("BLOB_UPLOAD_UNKNOWN"));
        assertThat(it.server.requests("PUT " + UPLOADS).size(), lessThanOrEqualTo(10));
    }

    @Test
    public void aLostAnswerToTheLastRequestIsNoReasonToSendAgain() {
        it.server.on("PUT " + UPLOADS, Reply.hangUp(SMALL.length).doing(r -> {
            it.registry.addBlob("shop/web", r.body());
            it.registry.loseUploads();
        }));
        assertThat(push(SMALL), is(How.UPLOADED));
        assertThat(it.server.requests("PUT " + UPLOADS), hasSize(1));
        assertThat(it.server.requests("POST /v2/*"), hasSize(1));
    }

    @Test
    public void aProxyThatRefusesLargeBodiesGetsSmallerChunks() {
        it.server.otherwise(request -> request.body().length > 2 * MIB
                ? Reply.status(413).text("<html>too large</html>")
                : it.registry.answer(request));
        it.client().push("shop/web", BlobSource.of(BIG), List.of());
        assertThat(stored(BIG), is(BIG));
    }

    @Test
    public void aProxyThatHangsUpOnLargeBodiesGetsSmallerChunks() {
        for (int i = 0; i < 2; i++) {
            it.server.on("PUT " + UPLOADS, Reply.hangUp(1000));
        }
        it.client().push("shop/web", BlobSource.of(BIG), List.of());
        assertThat(it.server.requests("PATCH " + UPLOADS).size(), greaterThan(1));
        assertThat(stored(BIG), is(BIG));
    }

    @Test
    public void aBadGatewayInTheMiddleIsSurvived() {
        it.server.on("PATCH " + UPLOADS, Reply.status(502), Reply.status(503));
        it.server.on("POST /v2/shop/web/blobs/uploads/", Reply.status(500));
        chunked(2 * MIB).push("shop/web", BlobSource.of(BIG), List.of());
        assertThat(stored(BIG), is(BIG));
    }

    @Test
    public void contentThatIsNotWhatWasSaidFailsInTheEnd() {
        BlobSource lie = source(ImageDigest.of(BIG), SMALL, SMALL.length);
        Problem problem = problem(() -> it.client().push("shop/web", lie, List.of()));
        assertThat(problem.sentence(), containsString("DIGEST_INVALID"));
    }

    @Test
    public void contentThatIsTooShortIsNotTheRegistrysFault() {
        BlobSource lie = source(ImageDigest.of(BIG), SMALL, BIG.length);
        Problem problem = problem(() -> it.client().push("shop/web", lie, List.of()));
        assertThat(problem.kind(), is(Problem.Kind.FAILED));
        assertThat(problem.reason(), containsString("shorter than it was said to be"));
        assertThat(it.scheduler.delays(), hasSize(0));
    }

    @Test
    public void anUploadAddressElsewhereGetsNoCredentials() {
        it.server.on("HEAD *", Reply.status(401).header("WWW-Authenticate", "Basic realm=\"r\""));
        it.server.on(
                "POST /v2/shop/web/blobs/uploads/",
                Reply.status(202).header("Location", "http://localhost:" + it.server.port() + "/elsewhere?x=y"));
        it.server.on("PUT /elsewhere", Reply.status(201));
        it.client(access -> access.credentials(RegistryFixture.ROBOT))
                .push("shop/web", BlobSource.of(SMALL), List.of());
        Seen put = it.server.requests("PUT /elsewhere").get(0);
        assertThat(put.header("Authorization"), is(""));
        assertThat(put.query(), is("x=y&digest=" + ImageDigest.of(SMALL)));
    }

    @Test
    public void aManifestIsStoredUnderTagAndDigest() {
        byte[] manifest = "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        RegistryClient client = it.client();
        ImageDigest digest = client.putManifest("shop/web", "v1", MediaTypes.OCI_MANIFEST, manifest);
        client.putManifest("shop/web", digest.toString(), MediaTypes.OCI_MANIFEST, manifest);
        assertThat(it.registry.manifest("shop/web", "v1"), is(manifest));
        assertThat(it.server.requests().get(0).header("Content-Type"), is(MediaTypes.OCI_MANIFEST));
        assertThat(it.server.lines(), hasItem("PUT /v2/shop/web/manifests/" + digest));
    }

    @Test
    public void aManifestIsSentAgainAfterAFailureThatPasses() {
        it.server.on("PUT /v2/shop/web/manifests/v1", Reply.hangUp(1), Reply.status(503));
        it.client().putManifest("shop/web", "v1", MediaTypes.OCI_MANIFEST, SMALL);
        assertThat(it.registry.manifest("shop/web", "v1"), is(SMALL));
    }

    @Test
    public void sessionsAreNotLeftBehind() {
        chunked(MIB).push("shop/web", BlobSource.of(BIG), List.of());
        assertThat(it.registry.openUploads(), is(0));
        assertThat(it.server.lines(), not(hasItem("GET /v2/")));
    }

    private How push(byte[] content) {
        return it.client().push("shop/web", BlobSource.of(content), List.of());
    }

    private RegistryClient chunked(int size) {
        return it.client(access -> access.chunkBytes(size));
    }

    private byte[] stored(byte[] content) {
        return it.registry.blob("shop/web", ImageDigest.of(content));
    }

    private static BlobSource source(ImageDigest digest, byte[] content, long size) {
        return new BlobSource() {
            @Override
            public ImageDigest digest() {
                return digest;
            }

            @Override
            public long size() {
                return size;
            }

            @Override
            public InputStream open(long offset) {
                return new ByteArrayInputStream(content, (int) offset, content.length - (int) offset);
            }
        };
    }
}
