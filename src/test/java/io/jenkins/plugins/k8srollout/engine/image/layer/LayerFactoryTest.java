package io.jenkins.plugins.k8srollout.engine.image.layer;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class LayerFactoryTest {
    private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private Path root;

    @Before
    public void prepare() throws IOException {
        root = folder.newFolder("cache").toPath();
    }

    @After
    public void stop() {
        workers.shutdownNow();
    }

    @Test
    public void theSameEntriesGiveTheSameDigestInAnyOrder() {
        List<LayerEntry> entries = entries("hello");
        Layer first = factory(root.resolve("a")).make(entries);
        List<LayerEntry> turned = new ArrayList<>(entries);
        Collections.reverse(turned);
        Layer second = factory(root.resolve("b")).make(turned);
        assertThat(second.digest(), is(first.digest()));
        assertThat(second.diffId(), is(first.diffId()));
        assertThat(factory(root.resolve("c")).make(entries("hallo")).digest(), is(not(first.digest())));
    }

    @Test
    public void everythingInAnEntryCounts() {
        ImageDigest plain =
                make(FileNode.file(0644, 0, 0, Content.ofBytes(new byte[] {1}))).diffId();
        assertThat(
                make(FileNode.file(0755, 0, 0, Content.ofBytes(new byte[] {1}))).diffId(), is(not(plain)));
        assertThat(
                make(FileNode.file(0644, 9, 0, Content.ofBytes(new byte[] {1}))).diffId(), is(not(plain)));
        assertThat(
                make(FileNode.file(0644, 0, 9, Content.ofBytes(new byte[] {1}))).diffId(), is(not(plain)));
        assertThat(make(FileNode.link("x", 0, 0)).diffId(), is(not(plain)));
        assertThat(make(FileNode.folder(0755, 0, 0)).diffId(), is(not(plain)));
    }

    @Test
    public void modificationTimesOfTheSourcesDoNotCount() throws IOException {
        Path file = folder.newFolder("context").toPath().resolve("a.txt");
        Files.writeString(file, "content");
        Layer first = factory(root.resolve("a")).make(context(file.getParent()));
        Files.setLastModifiedTime(file, FileTime.fromMillis(1000));
        Layer second = factory(root.resolve("b")).make(context(file.getParent()));
        assertThat(second.digest(), is(first.digest()));
    }

    @Test
    public void theArchiveHoldsWhatWasAsked() throws IOException {
        String longName = "folder/" + "n".repeat(120) + "/file.txt";
        String wideName = "größe/日本.txt";
        Layer layer = factory(root)
                .make(List.of(
                        new LayerEntry("folder", FileNode.folder(01777, 0, 0)),
                        new LayerEntry(longName, FileNode.file(04755, 1000, 3_000_000, Content.ofBytes(new byte[700]))),
                        new LayerEntry(
                                wideName,
                                FileNode.file(0600, 0, 0, Content.ofBytes("x".getBytes(StandardCharsets.UTF_8)))),
                        new LayerEntry("link", FileNode.link("t".repeat(130), 0, 0))));
        List<TarArchiveEntry> read = new ArrayList<>();
        try (InputStream in = Files.newInputStream(factory(root).blob(layer));
                TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(in), "UTF-8")) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                read.add(entry);
            }
        }
        assertThat(
                read.stream().map(TarArchiveEntry::getName).toList(),
                is(List.of("folder/", longName, wideName, "link")));
        assertThat(read.get(0).getMode() & 07777, is(01777));
        assertThat(read.get(1).getMode() & 07777, is(04755));
        assertThat(read.get(1).getLongUserId(), is(1000L));
        assertThat(read.get(1).getLongGroupId(), is(3_000_000L));
        assertThat(read.get(1).getSize(), is(700L));
        assertThat(read.get(3).getLinkName(), is("t".repeat(130)));
        assertThat(read.get(3).getLastModifiedTime().toInstant(), is(TIME));
    }

    @Test
    public void aKnownLayerIsNotMadeAgain() {
        Layer first = factory(root).make(entries("hello"));
        Layer second = factory(root).make(entries("hello"));
        assertThat(first.cached(), is(false));
        assertThat(second.cached(), is(true));
        assertThat(second.digest(), is(first.digest()));
    }

    @Test
    public void aDamagedOrLostBlobIsMadeAgain() throws IOException {
        factory(root).make(entries("hello"));
        Layer layer = factory(root).make(entries("hello"));
        Path blob = factory(root).blob(layer);
        byte[] right = Files.readAllBytes(blob);
        Files.write(blob, new byte[right.length]);
        assertThat(Files.readAllBytes(factory(root).blob(layer)), is(right));
        Files.delete(blob);
        assertThat(Files.readAllBytes(factory(root).blob(layer)), is(right));
    }

    @Test
    public void damagedNotesAreIgnored() throws IOException {
        Layer layer = factory(root).make(entries("hello"));
        try (Stream<Path> notes = Files.list(root.resolve("layers"))) {
            for (Path note : notes.toList()) {
                Files.writeString(note, "sha256:nonsense");
            }
        }
        Layer again = factory(root).make(entries("hello"));
        assertThat(again.cached(), is(false));
        assertThat(again.digest(), is(layer.digest()));
    }

    @Test
    public void theLeastRecentlyUsedBlobsGoFirst() throws IOException {
        LayerCache small = new LayerCache(root, 2_500_000, Clock.systemUTC());
        LayerFactory factory = new LayerFactory(small, workers, 2, TIME);
        Layer old = factory.make(random(1));
        Layer used = factory.make(random(2));
        Files.setLastModifiedTime(root.resolve("blobs").resolve(old.digest().hex()), FileTime.fromMillis(1000));
        Files.setLastModifiedTime(root.resolve("blobs").resolve(used.digest().hex()), FileTime.fromMillis(2000));
        Layer fresh = factory.make(random(3));
        assertThat(small.blob(old.digest()).isPresent(), is(false));
        assertThat(small.blob(used.digest()).isPresent(), is(true));
        assertThat(small.blob(fresh.digest()).isPresent(), is(true));
    }

    @Test
    public void notesGoThatNobodyHasUsedForAMonth() throws IOException {
        LayerFactory factory = factory(root);
        factory.make(random(1));
        factory.make(random(2));
        List<Path> notes;
        try (Stream<Path> all = Files.list(root.resolve("layers"))) {
            notes = all.toList();
        }
        FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofDays(31)));
        for (Path note : notes) {
            Files.setLastModifiedTime(note, longAgo);
        }
        factory.make(random(1));
        factory.make(random(3));
        assertThat(notes.stream().filter(note -> !Files.exists(note)).count(), is(1L));
        assertThat("used", factory.find(random(1)).isPresent(), is(true));
        assertThat("forgotten", factory.find(random(2)).isPresent(), is(false));
    }

    @Test
    public void manyMayMakeTheSameLayerAtOnce() throws Exception {
        List<Callable<Layer>> tasks = Collections.nCopies(8, () -> factory(root).make(entries("hello")));
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try {
            for (Future<Layer> made : callers.invokeAll(tasks)) {
                assertThat(Files.exists(factory(root).blob(made.get())), is(true));
            }
        } finally {
            callers.shutdownNow();
        }
        try (Stream<Path> left = Files.list(root.resolve("tmp"))) {
            assertThat(left.count(), is(0L));
        }
    }

    @Test
    public void aFileThatChangesMeanwhileIsAnError() throws IOException {
        Path context = folder.newFolder("context").toPath();
        Files.writeString(context.resolve("a.txt"), "content");
        List<LayerEntry> entries = context(context);
        Files.writeString(context.resolve("a.txt"), "content that is longer");
        ReleaseException e =
                assertThrows(ReleaseException.class, () -> factory(root).make(entries));
        assertThat(e.getMessage(), containsString("a.txt"));
        assertThat(e.getMessage(), containsString("changed"));
    }

    private Layer make(FileNode node) {
        return factory(root).make(List.of(new LayerEntry("x", node)));
    }

    private LayerFactory factory(Path cache) {
        return new LayerFactory(new LayerCache(cache, LayerCache.DEFAULT_BYTES, Clock.systemUTC()), workers, 2, TIME);
    }

    private static List<LayerEntry> entries(String text) {
        return List.of(
                new LayerEntry("app", FileNode.folder(0755, 0, 0)),
                new LayerEntry(
                        "app/a.txt", FileNode.file(0644, 0, 0, Content.ofBytes(text.getBytes(StandardCharsets.UTF_8)))),
                new LayerEntry("app/b", FileNode.link("a.txt", 0, 0)));
    }

    private static List<LayerEntry> random(int seed) {
        byte[] bytes = new byte[1_000_000];
        new java.util.Random(seed).nextBytes(bytes);
        return List.of(new LayerEntry("r", FileNode.file(0644, 0, 0, Content.ofBytes(bytes))));
    }

    private List<LayerEntry> context(Path context) throws IOException {
        ContextTree tree = ContextTree.open(
                context.toRealPath(),
                io.jenkins.plugins.k8srollout.engine.image.dockerfile.IgnorePatterns.NONE,
                new LayerCache(root, 1, Clock.systemUTC()));
        return List.of(new LayerEntry("a.txt", tree.node("a.txt").orElseThrow()));
    }
}
