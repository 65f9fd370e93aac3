package io.jenkins.plugins.k8srollout.engine.image.registry;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.BlobStored.How;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.After;
import org.junit.Assume;
import org.junit.Before;
import org.junit.Test;

/** The client against a real registry: the one that REGISTRY names, over plain HTTP. */
public class RegistryClusterTest {
    private static final int BLOB = 3 << 20;

    private final String registry = System.getenv("REGISTRY");
    private final CapturingSink sink = new CapturingSink();
    private RegistryClient client;

    @Before
    public void connect() {
        Assume.assumeNotNull(registry);
        client = RegistryClient.open(
                RegistryAccess.builder(registry).plainHttp(true).chunkBytes(1 << 20).build(), sink);
    }

    @After
    public void disconnect() {
        if (client != null) {
            client.close();
        }
    }

    @Test
    public void pushesMountsAndPullsAnImage() throws Exception {
        byte[] layer = new byte[BLOB];
        new Random().nextBytes(layer);
        BlobSource blob = BlobSource.of(layer);
        BlobSource config =
                BlobSource.of("{\"architecture\":\"amd64\",\"os\":\"linux\"}".getBytes(StandardCharsets.UTF_8));
        client.ping();
        assertThat(client.hasBlob("registry/one", blob.digest()), is(false));
        assertThat(client.push("registry/one", blob, List.of("registry/none")), is(How.UPLOADED));
        assertThat(client.push("registry/one", blob, List.of()), is(How.EXISTED));
        assertThat(client.push("registry/two-" + blob.digest().hex(), blob, List.of("registry/one")), is(How.MOUNTED));
        client.push("registry/one", config, List.of());

        byte[] manifest = manifest(config, blob);
        ImageDigest digest = client.putManifest("registry/one", "t1", MediaTypes.OCI_MANIFEST, manifest);

        ImageReference name = ImageReference.parse(registry + "/registry/one:t1");
        assertThat(client.head(name).orElseThrow().digest(), is(digest));
        RemoteImage image = new RegistryImages(client).read(name, Platform.LINUX_AMD64);
        assertThat(image.name().digest().orElseThrow(), is(digest));
        assertThat(image.layers(), contains(new Descriptor(MediaTypes.OCI_LAYER_GZIP, blob.digest(), BLOB)));
        try (InputStream stream = client.blob("registry/one", blob.digest())) {
            assertThat(stream.readAllBytes(), is(layer));
        }
        assertThat(client.tags("registry/one"), contains("t1"));
    }

    private static byte[] manifest(BlobSource config, BlobSource layer) {
        return """
               {"schemaVersion":2,"mediaType":"%s",
                "config":{"mediaType":"%s","digest":"%s","size":%d},
                "layers":[{"mediaType":"%s","digest":"%s","size":%d}]}
               """
                .formatted(
                        MediaTypes.OCI_MANIFEST,
                        MediaTypes.OCI_CONFIG,
                        config.digest(),
                        config.size(),
                        MediaTypes.OCI_LAYER_GZIP,
                        layer.digest(),
                        layer.size())
                .getBytes(StandardCharsets.UTF_8);
    }
}
