package io.jenkins.plugins.k8srollout.engine.image.registry;

import static io.jenkins.plugins.k8srollout.engine.image.registry.RegistryFixture.problem;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.BlobStored.How;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.After;
import org.junit.Assume;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The client against the reference registry as a process of its own, also while that is killed. */
public class RegistryClusterTest {
    private static final int MIB = 1 << 20;
    private static final byte[] LAYER = RegistryFixture.random(40 * MIB);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final CapturingSink sink = new CapturingSink();
    private LocalRegistry registry;
    private RegistryClient client;

    @Before
    public void start() throws IOException {
        Assume.assumeTrue("docker-registry is installed", LocalRegistry.isInstalled());
        registry = new LocalRegistry(folder.getRoot().toPath());
        registry.start();
        client = RegistryClient.open(
                RegistryAccess.builder(registry.authority())
                        .plainHttp(true)
                        .chunkBytes(8 * MIB)
                        .build(),
                sink);
        // it takes a moment to listen, which the client bridges by itself
        client.hasBlob("one", ImageDigest.of(LAYER));
        sink.clear();
    }

    @After
    public void stop() {
        if (registry != null) {
            client.close();
            registry.close();
        }
    }

    @Test
    public void pushesMountsAndPullsAnImage() throws IOException {
        BlobSource layer = BlobSource.of(LAYER);
        BlobSource config = BlobSource.of(bytes("{\"architecture\":\"amd64\",\"os\":\"linux\"}"));
        client.ping();
        assertThat(client.push("one", layer, List.of("none")), is(How.UPLOADED));
        assertThat(client.push("one", layer, List.of()), is(How.EXISTED));
        assertThat(client.push("two", layer, List.of("none", "one")), is(How.MOUNTED));
        client.push("one", config, List.of());
        assertThat(client.pushedBytes(), is(layer.size() + config.size()));

        ImageDigest digest = client.putManifest("one", "t1", MediaTypes.OCI_MANIFEST, manifest(config, layer));

        ImageReference name = ImageReference.parse(registry.authority() + "/one:t1");
        assertThat(client.head(name).orElseThrow().digest(), is(digest));
        RemoteImage image = new RegistryImages(client).read(name, Platform.LINUX_AMD64);
        assertThat(image.name().digest().orElseThrow(), is(digest));
        assertThat(image.layers(), contains(new Descriptor(MediaTypes.OCI_LAYER_GZIP, layer.digest(), LAYER.length)));
        assertThat(read("one", layer.digest(), () -> {}), is(LAYER));
        assertThat(client.tags("one"), contains("t1"));
        assertThat(sink.of(ProgressEvent.Retrying.class), is(empty()));
    }

    @Test
    public void aManifestWithoutItsBlobsIsExplained() {
        BlobSource absent = BlobSource.of(bytes("absent"));
        Problem problem =
                problem(() -> client.putManifest("one", "t1", MediaTypes.OCI_MANIFEST, manifest(absent, absent)));
        assertThat(problem.kind(), is(not(Problem.Kind.UNREACHABLE)));
        assertThat(problem.reason().contains("BLOB_UNKNOWN"), is(true));
    }

    @Test
    public void anUploadSurvivesTheRegistrysDeath() throws IOException {
        // in the second of five chunks
        BlobSource layer = killingAt(11 * MIB);
        assertThat(client.push("one", layer, List.of()), is(How.UPLOADED));
        assertThat(sink.of(ProgressEvent.Retrying.class), is(not(empty())));
        assertThat(read("one", layer.digest(), () -> {}), is(LAYER));
    }

    @Test
    public void aDownloadSurvivesTheRegistrysDeath() throws IOException {
        BlobSource layer = BlobSource.of(LAYER);
        client.push("one", layer, List.of());
        assertThat(read("one", layer.digest(), this::killForAWhile), is(LAYER));
    }

    private void killForAWhile() {
        registry.kill();
        Executor later = CompletableFuture.delayedExecutor(3, TimeUnit.SECONDS);
        later.execute(() -> {
            try {
                registry.start();
            } catch (IOException e) {
                throw new UncheckedIOException("the registry does not start again", e);
            }
        });
    }

    private BlobSource killingAt(int place) {
        BlobSource whole = BlobSource.of(LAYER);
        AtomicBoolean killed = new AtomicBoolean();
        return new BlobSource() {
            @Override
            public ImageDigest digest() {
                return whole.digest();
            }

            @Override
            public long size() {
                return whole.size();
            }

            @Override
            public InputStream open(long offset) throws IOException {
                return new FilterInputStream(whole.open(offset)) {
                    private long at = offset;

                    @Override
                    public int read(byte[] buffer, int from, int length) throws IOException {
                        int count = super.read(buffer, from, length);
                        at += count;
                        if (at > place && killed.compareAndSet(false, true)) {
                            killForAWhile();
                        }
                        return count;
                    }
                };
            }
        };
    }

    /** Reads a blob and does something in the middle. */
    private byte[] read(String repository, ImageDigest digest, Runnable meanwhile) throws IOException {
        try (InputStream stream = client.blob(repository, digest)) {
            byte[] content = new byte[LAYER.length];
            int first = stream.readNBytes(content, 0, MIB);
            meanwhile.run();
            int rest = stream.readNBytes(content, first, content.length - first);
            assertThat(first + rest, is(content.length));
            assertThat(stream.read(), is(-1));
            return content;
        }
    }

    private static byte[] manifest(BlobSource config, BlobSource layer) {
        return bytes("""
                {"schemaVersion":2,"mediaType":"%s",
                 "config":{"mediaType":"%s","digest":"%s","size":%d},
                 "layers":[{"mediaType":"%s","digest":"%s","size":%d}]}
                """.formatted(
                        MediaTypes.OCI_MANIFEST,
                        MediaTypes.OCI_CONFIG,
                        config.digest(),
                        config.size(),
                        MediaTypes.OCI_LAYER_GZIP,
                        layer.digest(),
                        layer.size()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
