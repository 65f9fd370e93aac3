package io.jenkins.plugins.k8srollout.engine.image.builder;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;
import static org.junit.Assume.assumeFalse;
import static org.junit.Assume.assumeTrue;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.workspace.Workspace;
import io.jenkins.plugins.k8srollout.testutil.FakeRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.yaml.snakeyaml.Yaml;

/** What must never get into an image, and what must not bring a build down. */
public class HostileContextTest {
    private static final String SECRET = "a secret of the machine";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final FakeRegistry registry = new FakeRegistry();
    private BuildFixture builds;

    @Before
    public void prepare() throws IOException {
        builds = new BuildFixture(folder.getRoot().toPath(), registry.authority());
        Files.writeString(folder.getRoot().toPath().resolve("secret"), SECRET);
        Files.createDirectories(folder.getRoot().toPath().resolve("beside"));
        Files.writeString(folder.getRoot().toPath().resolve("beside/secret"), SECRET);
    }

    @After
    public void stop() {
        registry.close();
    }

    /** Files of the context (OUT is a folder outside of it), the Dockerfile, then what the message holds. */
    @Test
    public void whatReachesOutOfTheContextIsRefused() throws IOException {
        String[][] table = {
            {"{x: {link: OUT/secret}}", "COPY x /x", "which is not in the build context"},
            {"{x: {link: ../secret}}", "COPY x /x", "which is not in the build context"},
            {"{x: {link: ../../../../../../../../../OUT/secret}}", "COPY x /x", "which is not in the build context"},
            {"{x: {link: OUT}}", "COPY x/secret /x", "which is not in the build context"},
            {"{x: {link: ..}}", "COPY x/secret /x", "which is not in the build context"},
            {"{x: {link: y}, y: {link: z}, z: {link: OUT/secret}}", "COPY x /x", "is not in the build context"},
            {"{d/x: {link: ../../secret}}", "COPY d/* /x/", "which is not in the build context"},
            {"{x: {link: OUT}}", "COPY --parents x/secret /x/", "is not in the build context"},
            {"{x: {link: OUT}}", "ADD x/secret /x", "which is not in the build context"},
            {"{a: A}", "COPY ../secret /x", "is not in the build context"},
            {"{a: A}", "COPY OUT/secret /x", "is not in the build context"},
            {"{d: {folder: true}}", "COPY d/../../secret /x", "is not in the build context"},
            {"{x: {link: x}}", "COPY x /x", "circle"},
            {"{x: {link: y}, y: {link: x}}", "COPY x/secret /x", "circle"},
            {"{x: {link: x/x}}", "COPY x/* /x/", "circle"},
            {"{.dockerignore: {link: OUT/secret}, a: A}", "COPY a /x", "leads out of the workspace"},
        };
        for (String[] row : table) {
            assertRefused(row[0], row[1], row[2]);
        }
    }

    @Test
    public void linksThatLeadOutStayLinks() throws IOException {
        Map<String, String> tree = made(
                "{d/abs: {link: OUT/secret}, d/up: {link: ../../secret}, d/out: {link: OUT}, d/self: {link: .}}",
                "COPY d /d\nCOPY --parents d /p/");
        assertThat(tree.get("d/abs"), containsString("-> "));
        assertThat(tree.get("d/out"), containsString("-> "));
        assertThat(tree.get("d/self"), is("-> ."));
        assertThat(tree.get("p/d/up"), is("-> ../../secret"));
    }

    @Test
    public void patternsDoNotLookThroughLinksThatLeadOut() throws IOException {
        Map<String, String> tree = made("{d/out: {link: OUT}, d/sub/a: A}", "COPY d/*/* /x/");
        assertThat(tree.keySet(), is(java.util.Set.of("x", "x/a")));
    }

    @Test
    public void pipesSocketsAndDevicesAreRefusedWithoutBeingOpened() throws IOException {
        assertRefused("{d/pipe: {fifo: true}}", "COPY d /d", "a device, a pipe or a socket");
        assertRefused("{d/pipe: {fifo: true}}", "ADD d/pipe /d", "a device, a pipe or a socket");
        assertRefused("{d/zero: {link: /dev/zero}}", "COPY d/zero /d", "is not in the build context");
        assertThat(
                made("{d/pipe: {fifo: true}, d/a: A, .dockerignore: \"**/pipe\"}", "COPY d /d")
                        .keySet(),
                is(java.util.Set.of("d", "d/a")));
        Path socket = fresh().resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            assertRefused("{a: A}", "COPY . /d", "a device, a pipe or a socket");
        }
    }

    /** An archive's entries, then the message, or the paths that come out below /k. */
    @Test
    public void archivesStayWhereTheyAreUnpacked() throws IOException {
        String[][] table = {
            {"[{name: ../../secret, content: x}]", "[k, k/secret]"},
            {"[{name: /etc/passwd, content: x}]", "[k, k/etc, k/etc/passwd]"},
            {"[{name: l, type: link, target: /}, {name: l/x, content: x}]", "[k, k/l, k/x]"},
            {"[{name: l, type: link, target: ../..}, {name: l/x, content: x}]", "[k, k/l, k/x]"},
            {"[{name: l, type: link, target: /etc}, {name: l/x, content: x}]", "leads nowhere"},
            {"[{name: l, type: link, target: l}, {name: l/x, content: x}]", "circle"},
            {"[{name: h, type: hard, target: ../../secret}]", "hard link"},
            {"[{name: h, type: hard, target: OUT/secret}]", "hard link"},
            {"[{name: d, type: folder}, {name: h, type: hard, target: d}]", "hard link"},
            {"[{name: l, type: link, target: OUT/secret}, {name: h, type: hard, target: l}]", "[k, k/h, k/l]"},
            {"[{name: device, type: char}]", "device"},
            {"[{name: pipe, type: fifo}]", "device"},
        };
        for (String[] row : table) {
            String files = "{k.tar: {tar: " + row[0] + "}}";
            if (row[1].startsWith("[")) {
                assertThat(row[0], made(files, "ADD k.tar /k/").keySet().toString(), is(row[1]));
            } else {
                assertRefused(files, "ADD k.tar /k/", row[1]);
            }
        }
    }

    @Test
    public void bombsAreEndedBeforeTheyAreUnpacked() throws IOException {
        byte[] zeros = new byte[1 << 26];
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        byte[] header = TreeMaker.tar(List.of(Map.of("name", "small", "content", "x")), "");
        try (OutputStream gzip = new GZIPOutputStream(bomb)) {
            gzip.write(header, 0, 1024);
        }
        ByteArrayOutputStream member = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(member)) {
            gzip.write(claiming(TarArchiveEntry.LF_NORMAL, zeros.length * 20L));
            gzip.write(zeros);
        }
        bomb.writeBytes(member.toByteArray());
        Files.write(fresh().resolve("bomb.tar.gz"), bomb.toByteArray());
        assertRefused("{a: A}", "ADD bomb.tar.gz /k/", "times its size");
        for (byte type : new byte[] {TarArchiveEntry.LF_GNUTYPE_LONGNAME, TarArchiveEntry.LF_PAX_EXTENDED_HEADER_LC}) {
            Files.write(fresh().resolve("k.tar"), claiming(type, 1L << 32));
            Files.write(builds.workspace.resolve("k.tar"), zeros, java.nio.file.StandardOpenOption.APPEND);
            assertRefused("{a: A}", "ADD k.tar /k/", "name or header of");
        }
        String records = "30 GNU.sparse.size=2000000000\n" + "26 GNU.sparse.numblocks=1\n" + "22 GNU.sparse.map=0,1\n";
        ByteArrayOutputStream sparse = new ByteArrayOutputStream();
        sparse.writeBytes(claiming(TarArchiveEntry.LF_PAX_EXTENDED_HEADER_LC, records.length()));
        sparse.writeBytes(java.util.Arrays.copyOf(records.getBytes(java.nio.charset.StandardCharsets.US_ASCII), 512));
        sparse.writeBytes(claiming(TarArchiveEntry.LF_NORMAL, 1));
        sparse.writeBytes(new byte[2048]);
        Files.write(fresh().resolve("k.tar"), sparse.toByteArray());
        assertRefused("{a: A}", "ADD k.tar /k/", "times its size");
    }

    /** The header of a file of this size. */
    private static byte[] claiming(byte type, long size) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry("big", type);
        entry.setSize(size);
        byte[] block = new byte[512];
        entry.writeEntryHeader(block);
        return block;
    }

    @Test
    public void damagedArchivesAreAnErrorOrAFile() throws IOException {
        Random random = new Random(7);
        byte[] whole = TreeMaker.tar(
                List.of(
                        Map.of("name", "d", "type", "folder"),
                        Map.of("name", "d/f", "content", "content", "pax", Map.of("SCHILY.xattr.user.a", "b")),
                        Map.of("name", "l", "type", "link", "target", "d"),
                        Map.of("name", "x".repeat(150), "content", "long")),
                "");
        Path file = fresh().resolve("k.tar");
        for (int i = 0; i < 200; i++) {
            byte[] damaged = whole.clone();
            for (int n = 0; n < 3; n++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            Files.write(file, damaged);
            try {
                builds.build("damaged", "FROM scratch\nADD k.tar /k/\n", r -> r.push(false));
            } catch (ReleaseException e) {
                assertThat(e.getMessage(), e.problem().kind(), is(Problem.Kind.REFUSED_INPUT));
            }
        }
    }

    @Test
    public void namesMayHoldAnything() throws IOException {
        Map<String, String> tree = made(
                "{\"d/new\\nline\": A, \"d/tab\\t\": B, \"d/back\\\\slash\": C, d/File: D, d/file: E, d/-rf: F,"
                        + " \"d/ \": G, d/...: H, d/~: I}",
                "COPY d /d");
        assertThat(tree.get("d/new\nline"), is("644 0:0 A"));
        assertThat(tree.get("d/File"), is("644 0:0 D"));
        assertThat(tree.get("d/file"), is("644 0:0 E"));
        assertThat(tree.get("d/..."), is("644 0:0 H"));
        assertThat(tree.get("d/ "), is("644 0:0 G"));
    }

    @Test
    public void aFolderOfAHundredThousandFiles() throws IOException {
        Path many = Files.createDirectories(fresh().resolve("many"));
        for (int i = 0; i < 100_000; i++) {
            Files.createFile(many.resolve("f" + i));
        }
        ImageBuildResult result = builds.build("many", "FROM scratch\nCOPY many /many\n");
        assertThat(builds.tree(result).size(), is(100_001));
    }

    @Test
    public void unreadableFilesAreNamed() throws IOException {
        Path closed = fresh().resolve("d/closed");
        builds.files("d/closed", "x");
        Files.setAttribute(closed, "unix:mode", 0);
        assumeFalse("this user reads everything", Files.isReadable(closed));
        assertRefusedAs(Problem.Kind.FAILED, "COPY d /d", "may not be read");
        assertRefusedAs(Problem.Kind.FAILED, "ADD d/closed /d", "may not be read");
    }

    @Test
    public void foldersThatCannotBeListedAreNamed() throws IOException {
        Path closed = Files.createDirectories(fresh().resolve("d/closed"));
        Files.setAttribute(closed, "unix:mode", 0);
        assumeFalse("this user reads everything", Files.isReadable(closed));
        assertRefusedAs(Problem.Kind.REFUSED_INPUT, "COPY d /d", "permission denied");
        Files.setAttribute(closed, "unix:mode", 0755);
    }

    @Test
    public void deepFolders() throws IOException {
        StringBuilder path = new StringBuilder("d");
        for (int i = 0; i < 400; i++) {
            path.append("/deep");
        }
        Files.createDirectories(fresh().resolve(path.toString()));
        assertThat(
                builds.tree(builds.build("deep", "FROM scratch\nCOPY d /d\n")).size(), is(401));
    }

    @Test
    public void dockerfilesThatAreNone() throws IOException {
        fresh();
        Path file = builds.workspace.resolve("Dockerfile");
        for (String text :
                new String[] {"FROM scratch\n" + "#".repeat(1 << 20), "FROM scratch\nLABEL a=\0b\0", "\0\0"}) {
            Files.writeString(file, text);
            try {
                builds.build("none", text);
            } catch (ReleaseException e) {
                assertThat(e.problem().kind(), is(Problem.Kind.REFUSED_INPUT));
            }
        }
        Files.delete(file);
        assumeTrue(Files.createSymbolicLink(file, Path.of("../secret")) != null);
        ImageBuildRequest request =
                ImageBuildRequest.image(builds.image("none")).build();
        ReleaseException e = assertThrows(
                ReleaseException.class, () -> builds.builder().build(request, Workspace.at(builds.workspace)));
        assertThat(e.getMessage(), not(containsString(SECRET)));
    }

    /** An empty workspace. */
    private Path fresh() throws IOException {
        try (var files = Files.walk(builds.workspace)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                if (!file.equals(builds.workspace)) {
                    Files.delete(file);
                }
            }
        }
        return builds.workspace;
    }

    private void context(String files) throws IOException {
        if (!files.equals("{a: A}")) {
            fresh();
        }
        Path out = folder.getRoot().toPath().resolve("beside");
        TreeMaker.make(builds.workspace, new Yaml().load(files.replace("OUT", out.toString())));
    }

    private void assertRefused(String files, String instructions, String message) throws IOException {
        context(files);
        assertRefusedAs(Problem.Kind.REFUSED_INPUT, instructions, message);
    }

    private void assertRefusedAs(Problem.Kind kind, String instructions, String message) {
        Path out = folder.getRoot().toPath().resolve("beside");
        String dockerfile = "FROM scratch\n" + instructions.replace("OUT", out.toString()) + "\n";
        ReleaseException e =
                assertThrows(instructions, ReleaseException.class, () -> builds.build("hostile", dockerfile));
        assertThat(instructions, e.getMessage(), containsString(message));
        assertThat(instructions, e.problem().kind(), is(kind));
        assertThat(e.getMessage(), not(containsString(SECRET)));
        assertThat("nothing is pushed", registry.manifest("hostile", "latest") == null, is(true));
    }

    private Map<String, String> made(String files, String instructions) throws IOException {
        context(files);
        Map<String, String> tree = builds.tree(builds.build("made", "FROM scratch\n" + instructions + "\n"));
        assertThat(tree.toString(), not(containsString(SECRET)));
        return tree;
    }
}
