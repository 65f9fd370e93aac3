package io.jenkins.plugins.k8srollout.engine.image.builder;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.BlobStored.How;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.testutil.FakeRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Which files images get: whole builds, pushed and read back. */
public class EmbeddedFilesTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final FakeRegistry registry = new FakeRegistry();
    private BuildFixture builds;

    @Before
    public void prepare() throws IOException {
        builds = new BuildFixture(folder.getRoot().toPath(), registry.authority());
    }

    @After
    public void stop() {
        registry.close();
    }

    @Test
    public void filesLandWhereBuildKitPutsThem() throws IOException {
        builds.files("a.txt", "A", "b.txt", "B", "dir/x.txt", "X", "dir/sub/y.txt", "Y", ".hidden", "H");
        Files.createSymbolicLink(builds.workspace.resolve("dir/link"), Path.of("sub/y.txt"));
        Files.createSymbolicLink(builds.workspace.resolve("linked"), Path.of("dir"));
        Files.setPosixFilePermissions(
                builds.workspace.resolve("dir/x.txt"), PosixFilePermissions.fromString("rwxr-x---"));
        ImageBuildResult result = builds.build("files", """
                FROM scratch
                COPY a.txt /file
                COPY a.txt /folder/
                COPY a.txt b.txt /both/
                COPY dir /contents
                COPY linked /through
                COPY dir/* /globbed/
                COPY *.txt .
                WORKDIR /work
                COPY a.txt sub/renamed
                COPY a.txt ./
                COPY ["b.txt", "with space/"]
                COPY <<EOF /etc/note
                hello $PATH
                EOF
                """);
        Map<String, String> tree = builds.tree(result);
        assertThat(tree, hasEntry("file", "644 0:0 A"));
        assertThat(tree, hasEntry("folder/a.txt", "644 0:0 A"));
        assertThat(tree, hasEntry("folder", "755 0:0 /"));
        assertThat(tree, hasEntry("both/b.txt", "644 0:0 B"));
        assertThat(tree, hasEntry("contents/x.txt", "750 0:0 X"));
        assertThat(tree, hasEntry("contents/sub/y.txt", "644 0:0 Y"));
        assertThat(tree, hasEntry("contents/link", "-> sub/y.txt"));
        assertThat(tree, hasEntry("through/sub/y.txt", "644 0:0 Y"));
        assertThat("a matched folder gives its contents", tree, hasEntry("globbed/y.txt", "644 0:0 Y"));
        assertThat("a matched link is followed", tree, hasEntry("globbed/link", "644 0:0 Y"));
        assertThat(tree, hasEntry("b.txt", "644 0:0 B"));
        assertThat(tree, not(hasKey(".hidden")));
        assertThat(tree, hasEntry("work/sub/renamed", "644 0:0 A"));
        assertThat(tree, hasEntry("work/a.txt", "644 0:0 A"));
        assertThat(tree, hasEntry("work/with space/b.txt", "644 0:0 B"));
        String path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        assertThat(tree, hasEntry("etc/note", "644 0:0 hello " + path + "\n"));
    }

    @Test
    public void ownersPermissionsAndExclusions() throws IOException {
        builds.files("app/a.sh", "a", "app/b.md", "b", "app/keep/c.md", "c");
        builds.files("passwd", "web:x:33:44::/:/bin/sh\n", "group", "www:x:55:\n");
        ImageBuildResult result = builds.build("owners", """
                FROM scratch
                COPY passwd group /etc/
                COPY --chown=web:www app/a.sh /by-name/
                COPY --chown=web app/a.sh /by-user
                COPY --chown=7 app/a.sh /by-number
                COPY --chmod=0750 app /octal/
                COPY --chmod=u+x,go-r app/a.sh /symbolic
                COPY --exclude=*.md --exclude=keep/*.md app /some
                COPY --parents app/keep/c.md app/a.sh /tree/
                USER web
                WORKDIR /home/web
                """);
        Map<String, String> tree = builds.tree(result);
        assertThat(tree, hasEntry("by-name/a.sh", "644 33:55 a"));
        assertThat("folders made for it too", tree, hasEntry("by-name", "755 33:55 /"));
        assertThat(tree, hasEntry("by-user", "644 33:44 a"));
        assertThat(tree, hasEntry("by-number", "644 7:7 a"));
        assertThat(tree, hasEntry("octal/a.sh", "750 0:0 a"));
        assertThat(tree, hasEntry("octal/keep", "750 0:0 /"));
        assertThat(tree, hasEntry("symbolic", "700 0:0 a"));
        assertThat(tree, hasKey("some/a.sh"));
        assertThat(tree, not(hasKey("some/b.md")));
        assertThat(tree, not(hasKey("some/keep/c.md")));
        assertThat(tree, hasEntry("tree/app/keep/c.md", "644 0:0 c"));
        assertThat(tree, not(hasKey("tree/app/b.md")));
        assertThat(tree, hasEntry("home/web", "755 33:44 /"));
    }

    @Test
    public void stagesBuildOnAndCopyFromEachOther() throws IOException {
        builds.files("src/app.js", "app", "src/lib.js", "lib");
        String dockerfile = """
                FROM scratch AS sources
                COPY src /src
                FROM scratch AS unused
                COPY missing /nowhere
                FROM sources AS more
                COPY <<extra.js /src/
                extra
                extra.js
                FROM scratch
                COPY --from=more /src/*.js /app/
                COPY --from=0 /src/app.js /first.js
                """;
        Map<String, String> tree = builds.tree(builds.build("stages", dockerfile));
        assertThat(tree, hasEntry("app/extra.js", "644 0:0 extra\n"));
        assertThat(tree, hasEntry("app/lib.js", "644 0:0 lib"));
        assertThat(tree, hasEntry("first.js", "644 0:0 app"));
        assertThat(tree, not(hasKey("src/app.js")));
        ImageBuildResult target = builds.build("stages", dockerfile, r -> r.target("sources"));
        assertThat(builds.tree(target).keySet(), contains("src", "src/app.js", "src/lib.js"));
    }

    @Test
    public void aBaseImageIsTakenOverAndSeen() throws IOException {
        builds.files("passwd", "app:x:1001:1002::/home/app:/bin/sh\n", "tool", "#!", "new", "N");
        builds.build("base/os", """
                FROM scratch
                COPY passwd /etc/passwd
                COPY --chmod=0755 tool /usr/bin/tool
                COPY --chown=1001:1002 --chmod=0700 <<.keep /home/app/
                .keep
                ENV BASE=yes
                CMD ["base"]
                """);
        archive(builds.workspace.resolve("rootfs.tar.gz"));
        builds.build("base/merged", "FROM REGISTRY/base/os\nADD rootfs.tar.gz /\n");
        builds.sink.clear();
        ImageBuildResult result = builds.build("team/app", """
                FROM REGISTRY/base/merged
                COPY new /bin/new
                COPY new /home/app
                COPY --chown=app new /owned
                COPY --from=REGISTRY/base/os /usr/bin/tool /copied
                ENTRYPOINT ["/bin/new"]
                """);
        Map<String, String> tree = builds.tree(result);
        assertThat("a link of the base is followed, not replaced", tree, hasEntry("usr/bin/new", "644 0:0 N"));
        assertThat(tree, hasEntry("bin", "-> usr/bin"));
        assertThat("an existing folder is one without a slash too", tree, hasEntry("home/app/new", "644 0:0 N"));
        assertThat("and keeps its owner and permissions", tree, hasEntry("home/app", "700 1001:1002 /"));
        assertThat(tree, hasEntry("owned", "644 1001:1002 N"));
        assertThat(tree, hasEntry("copied", "755 0:0 #!"));
        assertThat(
                BuildFixture.texts(builds.config(result).path("config").path("Env"))
                        .contains("BASE=yes"),
                is(true));
        assertThat(builds.config(result).path("config").path("Cmd").isMissingNode(), is(true));
        List<How> stored = builds.sink.of(ProgressEvent.BlobStored.class).stream()
                .map(ProgressEvent.BlobStored::how)
                .toList();
        assertThat(
                "base layers are mounted",
                stored.stream().filter(h -> h == How.MOUNTED).count(),
                is(4L));
    }

    @Test
    public void anotherRegistrysBaseIsStreamed() throws IOException {
        builds.files("a", "A");
        builds.build("base/small", "FROM scratch\nCOPY a /base\n");
        try (FakeRegistry other = new FakeRegistry()) {
            BuildFixture there = new BuildFixture(folder.newFolder().toPath(), other.authority());
            there.files("b", "B");
            ImageBuildResult result = there.build("app", "FROM " + registry.authority() + "/base/small\nCOPY b /b\n");
            assertThat(there.tree(result).keySet(), contains("b", "base"));
        }
    }

    @Test
    public void archivesAreUnpackedByAddOnly() throws IOException {
        archive(builds.workspace.resolve("rootfs.tar.gz"));
        ImageBuildResult result = builds.build("archive", """
                FROM scratch
                ADD rootfs.tar.gz /root/
                ADD --chown=5:6 rootfs.tar.gz /owned/
                ADD --unpack=false rootfs.tar.gz /kept
                COPY rootfs.tar.gz /copied
                """);
        Map<String, String> tree = builds.tree(result);
        assertThat(tree, hasEntry("root/bin", "-> usr/bin"));
        assertThat(tree, hasEntry("root/opt/file", "600 3:4 F"));
        assertThat(tree, hasEntry("owned/opt/file", "600 5:6 F"));
        assertThat(tree, hasKey("copied"));
        assertThat(tree, hasKey("kept"));
    }

    @Test
    public void checksumOfALocalFileIsRefusedRatherThanIgnored() throws IOException {
        builds.files("a.txt", "A");
        ReleaseException e = assertThrows(
                ReleaseException.class,
                () -> builds.build("sum", "FROM scratch\nADD --checksum=sha256:" + "0".repeat(64) + " a.txt /\n"));
        assertThat(e.getMessage(), containsString("--checksum is for what ADD fetches from a URL"));
    }

    @Test
    public void theIgnoreFileCounts() throws IOException {
        builds.files("a.txt", "A", "b.md", "B", "node_modules/x/y.js", "Y");
        builds.files(".dockerignore", "*.md\nnode_modules\nDockerfile\n.dockerignore\n");
        assertThat(
                builds.tree(builds.build("ignore", "FROM scratch\nCOPY . /\n")).keySet(), contains("a.txt"));
        builds.files("Dockerfile.dockerignore", "a.txt\nnode_modules\n.*\nDockerfile*\n");
        assertThat(
                builds.tree(builds.build("ignore", "FROM scratch\nCOPY . /\n")).keySet(), contains("b.md"));
    }

    @Test
    public void anIgnoreFileThatIsALinkIsFollowedOrRefused() throws IOException {
        builds.files("a.txt", "A", ".env", "PASSWORD=x", "common", ".env\ncommon\n.dockerignore\nDockerfile\n");
        Path link = builds.workspace.resolve(".dockerignore");
        Files.createSymbolicLink(link, Path.of("common"));
        assertThat(
                builds.tree(builds.build("ignore", "FROM scratch\nCOPY . /\n")).keySet(), contains("a.txt"));
        Files.delete(link);
        Files.createSymbolicLink(link, Path.of("gone"));
        ReleaseException e =
                assertThrows(ReleaseException.class, () -> builds.build("ignore", "FROM scratch\nCOPY . /\n"));
        assertThat(e.getMessage(), containsString(".dockerignore"));
    }

    private static void archive(Path file) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file));
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            TarArchiveEntry link = new TarArchiveEntry("bin", (byte) '2');
            link.setLinkName("usr/bin");
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
            TarArchiveEntry entry = new TarArchiveEntry("./opt/file");
            entry.setSize(1);
            entry.setMode(0600);
            entry.setIds(3, 4);
            tar.putArchiveEntry(entry);
            tar.write('F');
            tar.closeArchiveEntry();
        }
    }
}
