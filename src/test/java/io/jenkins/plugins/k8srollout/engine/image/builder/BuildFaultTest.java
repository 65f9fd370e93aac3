package io.jenkins.plugins.k8srollout.engine.image.builder;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.image.layer.LayerCache;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryClient;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.workspace.Workspace;
import io.jenkins.plugins.k8srollout.testutil.DockerRegistry;
import io.jenkins.plugins.k8srollout.testutil.FakeRegistry;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * Builds that are killed, run beside each other or lose the registry leave no damaged cache and no damaged image: the
 * next one yields what an undisturbed one does. {@code BUILD_FAULT_RUNS} says how many of them in all, 20 without;
 * {@code RANDOM_SEED} repeats a run.
 */
public class BuildFaultTest {
    private static final int FEW = 20;
    private static final int FILES = 40;
    private static final int LARGEST = 100_000;
    private static final int MOST_REQUESTS = 25;
    private static final int THREADS = 8;
    private static final int SLOWEST_MILLIS = 4000;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final long seed = number("RANDOM_SEED", (int) (System.nanoTime() & 0xFFFF));
    private final int runs = (int) number("BUILD_FAULT_RUNS", FEW);
    private final Random random = new Random(seed);
    private final FakeRegistry registry = new FakeRegistry();

    @After
    public void stop() {
        registry.close();
    }

    @Test
    public void aKilledProcessLeavesNothingDamaged() throws Exception {
        Path place = folder.newFolder("killed").toPath();
        BuildFixture builds = prepared(place, registry.authority());
        AtomicInteger requests = new AtomicInteger(Integer.MAX_VALUE);
        AtomicReference<Process> victim = new AtomicReference<>();
        registry.server().otherwise(seen -> {
            if (requests.decrementAndGet() == 0) {
                victim.get().destroyForcibly();
            }
            return registry.answer(seen);
        });
        int killed = 0;
        for (int run = 0; run < runs * 2 / 5; run++) {
            change(builds, run);
            String repository = "killed/" + run;
            boolean byRequest = random.nextBoolean();
            requests.set(byRequest ? 1 + random.nextInt(MOST_REQUESTS) : Integer.MAX_VALUE);
            Process process = process(place, registry.authority(), repository);
            victim.set(process);
            int patience = byRequest ? 10 * SLOWEST_MILLIS : 1 + random.nextInt(SLOWEST_MILLIS);
            if (!process.waitFor(patience, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
            killed += process.waitFor() == 0 ? 0 : 1;
            requests.set(Integer.MAX_VALUE);
            assertCacheIsWhole(place, run);
            assertRight(builds, build(builds, repository), repository, run);
        }
        assertThat("some were killed, seed " + seed, killed > 0 || runs < FEW, is(true));
    }

    @Test
    public void eightAtOnceMakeTheSameImage() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            for (int run = 0; run < Math.max(1, runs / 5); run++) {
                Path place = folder.newFolder("eight" + run).toPath();
                BuildFixture builds = prepared(place, registry.authority());
                String repository = "eight/" + run;
                CyclicBarrier together = new CyclicBarrier(THREADS);
                Callable<ImageBuildResult> one = () -> {
                    together.await();
                    return build(builds, repository);
                };
                for (Future<ImageBuildResult> made : threads.invokeAll(Collections.nCopies(THREADS, one))) {
                    assertRight(builds, made.get(), repository, run);
                }
                assertCacheIsWhole(place, run);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    public void anUploadCutAtAnyByteIsRepeated() throws Exception {
        cutUploads(registry.authority(), runs / 5);
    }

    @Test
    public void anUploadToTheRealRegistryCutAtAnyByteIsRepeated() throws Exception {
        try (DockerRegistry real =
                DockerRegistry.start(folder.newFolder("registry").toPath())) {
            cutUploads(real.authority(), runs / 5);
        }
    }

    private void cutUploads(String authority, int times) throws Exception {
        try (CutProxy proxy = new CutProxy(authority)) {
            Path place = folder.newFolder("cut").toPath();
            BuildFixture builds = prepared(place, proxy.authority());
            long all = 0;
            for (Path file : files(builds.workspace)) {
                all += Files.size(file);
            }
            int cut = 0;
            for (int run = 0; run < times; run++) {
                change(builds, run);
                String repository = "cut/" + run;
                proxy.cutAfter(1 + random.nextInt((int) all));
                ImageBuildResult made = build(builds, repository);
                cut += proxy.hasCut() ? 1 : 0;
                proxy.cutAfter(Long.MAX_VALUE);
                assertRight(builds, made, repository, run);
                assertCacheIsWhole(place, run);
            }
            assertThat("some were cut, seed " + seed, cut > 0 || runs < FEW, is(true));
        }
    }

    /** A workspace with files that do not shrink, and a base image. */
    private BuildFixture prepared(Path place, String authority) throws IOException {
        BuildFixture builds = new BuildFixture(place, authority);
        Random content = new Random(1);
        for (int i = 0; i < FILES; i++) {
            byte[] bytes = new byte[content.nextInt(LARGEST)];
            content.nextBytes(bytes);
            Path file = builds.workspace.resolve("app/part" + i % 5 + "/file" + i);
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
        }
        TreeMaker.make(
                builds.workspace,
                Map.of(
                        "lib.tar.gz",
                        Map.of("pack", "gz", "tar", List.of(Map.of("name", "lib", "content", "library")))));
        Files.writeString(builds.workspace.resolve("Dockerfile"), """
                FROM %1$s/base/os AS files
                ADD lib.tar.gz /lib/
                COPY app/part0 /zero/
                FROM %1$s/base/os
                COPY --from=files /lib /etc/passwd /from/
                COPY app /app
                COPY changing /changing
                """.formatted(authority));
        change(builds, -1);
        try (RegistryClient client = builds.client()) {
            Corpus.pushBases(client);
        }
        return builds;
    }

    private static void change(BuildFixture builds, int run) throws IOException {
        byte[] bytes = new byte[LARGEST];
        new Random(run).nextBytes(bytes);
        Files.write(builds.workspace.resolve("changing"), bytes);
    }

    static ImageBuildResult build(BuildFixture builds, String repository) {
        ImageBuildRequest request =
                ImageBuildRequest.image(builds.image(repository)).build();
        return builds.builder().build(request, Workspace.at(builds.workspace));
    }

    private static Process process(Path place, String authority, String repository) throws IOException {
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classes,
                        MortalBuild.class.getName(),
                        place.toString(),
                        authority,
                        repository)
                .redirectErrorStream(true)
                .redirectOutput(new File(place.toFile(), "output"))
                .start();
    }

    /** The image is the one that a build without any past makes, and every byte of it is there. */
    private void assertRight(BuildFixture builds, ImageBuildResult made, String repository, int run)
            throws IOException {
        String which = "run " + run + ", seed " + seed;
        ImageBuildRequest request =
                ImageBuildRequest.image(builds.image(repository)).push(false).build();
        LayerCache empty = new LayerCache(folder.newFolder().toPath(), LayerCache.DEFAULT_BYTES, Clock.systemUTC());
        ImageBuildResult undisturbed = new ImageBuilder(builds.registries(), empty, event -> {}, Clock.systemUTC())
                .build(request, Workspace.at(builds.workspace));
        assertThat(which, made.digest(), is(undisturbed.digest()));
        assertThat(which, builds.tree(made).get("from/lib"), is("644 0:0 library"));
    }

    /** What has a digest for its name holds what has that digest. */
    private void assertCacheIsWhole(Path place, int run) throws IOException {
        Path blobs = place.resolve("cache/blobs");
        if (Files.isDirectory(blobs)) {
            for (Path blob : files(blobs)) {
                ImageDigest digest = ImageDigest.of(Files.readAllBytes(blob));
                assertThat(
                        "run " + run + ", seed " + seed,
                        digest.hex(),
                        is(blob.getFileName().toString()));
            }
        }
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return new ArrayList<>(all.filter(Files::isRegularFile).toList());
        }
    }

    private static long number(String variable, int otherwise) {
        String text = System.getenv(variable);
        return text == null ? otherwise : Long.parseLong(text);
    }
}
