package io.jenkins.plugins.k8srollout.engine.image.layer;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.Assume.assumeTrue;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.After;
import org.junit.Test;

public class ParallelGzipTest {
    private final ExecutorService workers = Executors.newFixedThreadPool(3);

    @After
    public void stop() {
        workers.shutdownNow();
    }

    @Test
    public void everyReaderGetsTheBytesBack() throws IOException {
        int[] sizes = {0, 1, 511, 32_768, 524_287, 524_288, 524_289, 1_600_000};
        for (int size : sizes) {
            for (byte[] plain : new byte[][] {text(size), random(size), mixed(size), new byte[size]}) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                ParallelGzip gzip = pack(plain, out);
                byte[] packed = out.toByteArray();
                byte[] back = new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes();
                assertThat(size + " bytes", Arrays.equals(back, plain), is(true));
                assertThat(gzip.plainDigest(), is(ImageDigest.of(plain)));
                assertThat(gzip.packedDigest(), is(ImageDigest.of(packed)));
                assertThat(gzip.packedSize(), is((long) packed.length));
            }
        }
    }

    @Test
    public void theGzipProgramAcceptsIt() throws Exception {
        Path file = Files.createTempFile("layer", ".gz");
        try (var out = Files.newOutputStream(file)) {
            pack(mixed(1_500_000), out);
        }
        Process gzip;
        try {
            gzip = new ProcessBuilder("gzip", "-t", file.toString()).start();
        } catch (IOException e) {
            assumeTrue("gzip is not installed", false);
            return;
        }
        assertThat(gzip.waitFor(), is(0));
        Files.delete(file);
    }

    @Test
    public void cuttingIntoBlocksCostsNextToNothing() throws IOException {
        byte[] plain = text(4_000_000);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(whole)) {
            gzip.write(plain);
        }
        ByteArrayOutputStream blocks = new ByteArrayOutputStream();
        pack(plain, blocks);
        assertThat((double) blocks.size(), is(lessThan(whole.size() * 1.005)));
    }

    @Test
    public void randomBytesAreStoredAlmostAsTheyAre() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        pack(random(2_000_000), out);
        assertThat(out.size(), is(lessThan(2_000_000 + 2_000)));
    }

    private ParallelGzip pack(byte[] plain, java.io.OutputStream out) throws IOException {
        ParallelGzip gzip = new ParallelGzip(out, workers, 6, 4);
        for (int at = 0; at < plain.length; at += 70_000) {
            gzip.write(plain, at, Math.min(70_000, plain.length - at));
        }
        gzip.finish();
        return gzip;
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static byte[] text(int size) {
        Random random = new Random(7);
        StringBuilder text = new StringBuilder();
        while (text.length() < size) {
            text.append("public static ")
                    .append(Integer.toString(random.nextInt(5000), 36))
                    .append(" = $this->get(");
        }
        return text.substring(0, size).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    private static byte[] mixed(int size) {
        byte[] bytes = text(size);
        byte[] random = random(size);
        for (int at = 0; at + 100_000 < size; at += 250_000) {
            System.arraycopy(random, at, bytes, at, 100_000);
        }
        return bytes;
    }
}
