package io.jenkins.plugins.k8srollout.engine.image.layer;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;
import static org.junit.Assume.assumeTrue;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.IgnorePatterns;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class TreesTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path context;
    private LayerCache cache;

    @Before
    public void prepare() throws IOException {
        context = folder.newFolder("context").toPath().toRealPath();
        cache = new LayerCache(folder.newFolder("cache").toPath(), LayerCache.DEFAULT_BYTES, Clock.systemUTC());
    }

    @Test
    public void theContextIsSeenWithoutWhatIsIgnored() throws IOException {
        write("src/a.php", "src/a.md", "vendor/lib/x.php", "vendor/lib/y.php", "vendor/other/z", ".git/HEAD");
        ContextTree tree = context("**/*.md\nvendor\n!vendor/lib/x.php\n.git");
        assertThat(tree.names(""), is(List.of("src", "vendor")));
        assertThat(tree.names("src"), is(List.of("a.php")));
        assertThat(tree.names("vendor"), is(List.of("lib")));
        assertThat(tree.names("vendor/lib"), is(List.of("x.php")));
        assertThat(tree.node("src/a.md"), is(Optional.empty()));
        assertThat(tree.node("vendor/other"), is(Optional.empty()));
        assertThat(tree.node(".git/HEAD"), is(Optional.empty()));
        assertThat(tree.ignores("vendor/other/z"), is(true));
    }

    @Test
    public void linksAreFollowedInsideTheContextOnly() throws IOException {
        write("real/a.txt");
        writeLink("inside", "real");
        writeLink("real/up", "../real/a.txt");
        writeLink("absolute", "/etc/passwd");
        writeLink("outside", "../../etc");
        writeLink("loop", "loop");
        ContextTree tree = context("");
        PathResolver paths = new PathResolver(tree);
        assertThat(paths.follow("inside/a.txt"), is("real/a.txt"));
        assertThat(paths.follow("./inside//up"), is("real/a.txt"));
        assertThat(paths.followParents("inside/up"), is("real/up"));
        assertThat(paths.follow("missing/../real/a.txt"), is("real/a.txt"));
        assertThat("the context's top is the root", paths.follow("absolute"), is("etc/passwd"));
        assertThat(paths.follow("outside/passwd"), is("etc/passwd"));
        assertThat(paths.follow("../secret"), is("secret"));
        assertThat(paths.follow("a/../../secret"), is("secret"));
        TreeException e = assertThrows(TreeException.class, () -> paths.follow("loop"));
        assertThat(e.getMessage(), containsString("circle"));
    }

    @Test
    public void pipesInTheContextAreRefused() throws Exception {
        try {
            new ProcessBuilder("mkfifo", context.resolve("pipe").toString())
                    .start()
                    .waitFor();
        } catch (IOException e) {
            assumeTrue("mkfifo is not there", false);
        }
        assertThrows(TreeException.class, () -> context("").node("pipe"));
        assertThat(context("pipe").node("pipe"), is(Optional.empty()));
    }

    @Test
    public void inAnImageLinksStartAtItsRoot() {
        ImageTree tree = new ImageTree("stage a");
        tree.put("usr/bin/tool", FileNode.file(0755, 0, 0, Content.ofBytes(new byte[0])));
        tree.put("bin", FileNode.link("usr/bin", 0, 0));
        tree.put("opt/tool", FileNode.link("/bin/tool", 0, 0));
        tree.put("up", FileNode.link("../../../usr", 0, 0));
        PathResolver paths = new PathResolver(tree);
        assertThat(paths.follow("/opt/tool"), is("usr/bin/tool"));
        assertThat(paths.follow("up/bin/tool"), is("usr/bin/tool"));
        assertThat(paths.followParents("/bin/new/file"), is("usr/bin/new/file"));
    }

    @Test
    public void baseLayersAreStackedWithTheirWhiteouts() throws IOException {
        Map<ImageDigest, byte[]> blobs = new HashMap<>();
        ImageDigest lower = add(
                blobs,
                gzip(tar(
                        dir("etc/"),
                        file("etc/passwd", "root:x:0:0"),
                        file("etc/old", "1"),
                        dir("var/cache/"),
                        file("var/cache/a", "1"),
                        link("lib", "usr/lib"),
                        hard("etc/again", "etc/passwd"))));
        ImageDigest upper = add(
                blobs,
                tar(
                        file("etc/.wh.old", ""),
                        file("var/cache/.wh..wh..opq", ""),
                        file("./var/cache/b", "2"),
                        file("etc/passwd", "root:x:0:0\nweb:x:7:8")));
        int[] reads = {0};
        BaseLayers layers = new BaseLayers(cache, digest -> {
            reads[0]++;
            return new ByteArrayInputStream(blobs.get(digest));
        });
        assertThat(layers.known(List.of(lower, upper)), is(false));
        ImageTree tree = layers.tree(List.of(lower, upper), "base");
        assertThat(tree.names("etc"), is(List.of("again", "passwd")));
        assertThat(tree.names("var/cache"), is(List.of("b")));
        assertThat(tree.node("lib").orElseThrow().linkTarget(), is("usr/lib"));

        layers.tree(List.of(lower, upper), "base");
        assertThat("indexes come from the cache", reads[0], is(2));
        assertThat(layers.known(List.of(lower, upper)), is(true));

        try (Spool spool = Spool.in(folder.getRoot().toPath())) {
            List<LayerEntry> fetched = layers.fetch(
                    List.of(
                            new LayerEntry("p", tree.node("etc/passwd").orElseThrow()),
                            new LayerEntry("q", tree.node("etc/again").orElseThrow())),
                    spool);
            assertThat(text(fetched.get(0)), is("root:x:0:0\nweb:x:7:8"));
            assertThat(text(fetched.get(1)), is("root:x:0:0"));
        }
    }

    @Test
    public void layerOfSeveralGzipMembersIsReadToItsEnd() throws IOException {
        byte[] plain = tar(file("a", "1"), file("b", "2"), file("c", "3"));
        int middle = 3 * TarHeader.BLOCK;
        byte[] first = gzip(Arrays.copyOf(plain, middle));
        byte[] second = gzip(Arrays.copyOfRange(plain, middle, plain.length));
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(first);
        both.writeBytes(second);
        // A connection that has a part only, and does not know how much there will be.
        InputStream slow =
                new FilterInputStream(
                        new SequenceInputStream(new ByteArrayInputStream(first), new ByteArrayInputStream(second))) {
                    @Override
                    public int available() {
                        return 0;
                    }
                };
        BaseLayers layers = new BaseLayers(cache, digest -> slow);
        ImageTree tree = layers.tree(List.of(ImageDigest.of(both.toByteArray())), "base");
        assertThat(tree.names(""), is(List.of("a", "b", "c")));
    }

    @Test
    public void extendedAttributesTravelAsTheyAre() throws IOException {
        // A capability's bytes, such as that of newuidmap, are no text.
        byte[] capability = {1, 0, 0, 2, (byte) 0x80, 0, '\n', '=', 0, (byte) 0xff};
        byte[] first = gzip(tar(
                dir("bin/"),
                pax("SCHILY.xattr.security.capability", capability),
                file("bin/ping", "1"),
                file("b", "2")));
        String hex = HexFormat.of().formatHex(capability);
        for (int read = 0; read < 2; read++) {
            BaseLayers layers = new BaseLayers(cache, digest -> new ByteArrayInputStream(first));
            ImageTree tree = layers.tree(List.of(ImageDigest.of(first)), "base");
            FileNode ping = tree.node("bin/ping").orElseThrow();
            assertThat(ping.attributes(), is(Map.of("security.capability", hex)));
            assertThat(tree.node("b").orElseThrow().attributes(), is(Map.of()));

            FileNode copied = ping.ownedBy(7, 8).withMode(0700).withContent(Content.ofBytes(new byte[] {'1'}));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            new LayerArchive(1).write(List.of(new LayerEntry("ping", copied)), out);
            LayerIndex written = LayerIndex.of(new ByteArrayInputStream(out.toByteArray()));
            ImageTree copy = new ImageTree("copy");
            written.applyTo(copy, ImageDigest.of(out.toByteArray()));
            assertThat(copy.node("ping").orElseThrow().attributes(), is(ping.attributes()));
            assertThat(
                    LayerKey.of(List.of(new LayerEntry("ping", copied)), 1),
                    is(not(LayerKey.of(List.of(new LayerEntry("ping", copied.withAttributes(Map.of()))), 1))));
        }
    }

    @Test
    public void fileSystemWithoutChangeTimesIsNeverSure() {
        long written = 1_700_000_000_123_456_789L;
        long later = written + TimeUnit.DAYS.toNanos(1);
        FileStat unix = new FileStat(FileStat.Type.FILE, 0644, 3, written, written, 7, 1, 1);
        FileStat windows = new FileStat(FileStat.Type.FILE, 0644, 3, written, 0, 0, 0, 1);
        assertThat(unix.settledBefore(later), is(true));
        assertThat(windows.settledBefore(later), is(false));
    }

    @Test
    public void archivesAreKnownByTheirContent() throws IOException {
        byte[] plain = tar(dir("d/"), file("d/a.txt", "hello"), link("d/l", "a.txt"), hard("h", "d/a.txt"));
        ByteArrayOutputStream bzip2 = new ByteArrayOutputStream();
        try (OutputStream out = new BZip2CompressorOutputStream(bzip2)) {
            out.write(plain);
        }
        try (Spool spool = Spool.in(folder.getRoot().toPath())) {
            for (byte[] archive : List.of(plain, gzip(plain), bzip2.toByteArray())) {
                List<ArchiveReader.Entry> entries =
                        ArchiveReader.read(Content.ofBytes(archive), spool).orElseThrow();
                assertThat(
                        entries.stream().map(ArchiveReader.Entry::path).toList(),
                        is(List.of("d", "d/a.txt", "d/l", "h")));
                assertThat(text(new LayerEntry("", entries.get(1).node())), is("hello"));
                assertThat(entries.get(3).hardLinkTo(), is("d/a.txt"));
            }
            for (byte[] other : List.of(new byte[0], new byte[2000], gzip("text".getBytes(StandardCharsets.UTF_8)))) {
                assertThat(ArchiveReader.read(Content.ofBytes(other), spool), is(Optional.empty()));
            }
        }
    }

    @Test
    public void namesInArchivesEndAtTheirTop() throws IOException {
        try (Spool spool = Spool.in(folder.getRoot().toPath())) {
            byte[] archive = tar(file("../b", "x"), file("a/../../b", "x"), file("/b", "x"), hard("b", "../../b"));
            for (ArchiveReader.Entry entry :
                    ArchiveReader.read(Content.ofBytes(archive), spool).orElseThrow()) {
                assertThat(entry.path(), is("b"));
                assertThat(entry.hardLinkTo(), is(entry.node().isFile() ? "" : "b"));
            }
        }
    }

    private ContextTree context(String ignore) {
        return ContextTree.open(context, IgnorePatterns.parse(".dockerignore", ignore), cache);
    }

    private void write(String... files) throws IOException {
        for (String file : files) {
            Path path = context.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, file);
        }
    }

    private void writeLink(String name, String target) throws IOException {
        Files.createSymbolicLink(context.resolve(name), Path.of(target));
    }

    private static String text(LayerEntry entry) throws IOException {
        try (var in = entry.node().content().open()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static ImageDigest add(Map<ImageDigest, byte[]> blobs, byte[] blob) {
        blobs.put(ImageDigest.of(blob), blob);
        return ImageDigest.of(blob);
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return out.toByteArray();
    }

    private record Member(TarArchiveEntry entry, byte[] content) {}

    private static Member file(String name, String content) {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(content.length());
        return new Member(entry, content.getBytes(StandardCharsets.UTF_8));
    }

    private static Member pax(String key, byte[] value) {
        byte[] start = (" " + key + "=").getBytes(StandardCharsets.UTF_8);
        int length = 2 + start.length + value.length + 1;
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        record.writeBytes(String.valueOf(length).getBytes(StandardCharsets.UTF_8));
        record.writeBytes(start);
        record.writeBytes(value);
        record.write('\n');
        TarArchiveEntry entry = new TarArchiveEntry("PaxHeaders/x", TarConstants.LF_PAX_EXTENDED_HEADER_LC);
        entry.setSize(record.size());
        return new Member(entry, record.toByteArray());
    }

    private static Member dir(String name) {
        return new Member(new TarArchiveEntry(name), new byte[0]);
    }

    private static Member link(String name, String target) {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        entry.setLinkName(target);
        return new Member(entry, new byte[0]);
    }

    private static Member hard(String name, String target) {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_LINK);
        entry.setLinkName(target);
        return new Member(entry, new byte[0]);
    }

    private static byte[] tar(Member... members) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            for (Member member : members) {
                tar.putArchiveEntry(member.entry());
                tar.write(member.content());
                tar.closeArchiveEntry();
            }
        }
        return out.toByteArray();
    }
}
