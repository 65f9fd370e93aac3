package io.jenkins.plugins.k8srollout.engine.workspace;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class WorkspaceTest {
    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    private Path root;
    private Path outside;

    @Before
    public void makeFolders() throws IOException {
        root = temporary.newFolder("project").toPath();
        outside = temporary.newFolder("project-secrets").toPath();
        write(outside.resolve("key.yaml"), "secret: yes");
        write(root.resolve("deploy/web.yaml"), "web");
        write(root.resolve("deploy/db/main.yml"), "db");
        write(root.resolve("deploy/db/extra.json"), "{}");
        write(root.resolve("deploy/README.md"), "read me");
        write(root.resolve("deploy/.draft/old.yaml"), "old");
        write(root.resolve("top.yaml"), "top");
    }

    @Test
    public void folderIsReadWithItsSubfoldersInOrder() {
        assertThat(files("deploy/"), contains("deploy/db/extra.json", "deploy/db/main.yml", "deploy/web.yaml"));
    }

    @Test
    public void namedFileMayHaveAnyEnding() {
        List<ManifestSource> read = Workspace.at(root).readManifests(List.of("deploy/README.md"));
        assertThat(read, contains(new ManifestSource("deploy/README.md", "read me")));
    }

    @Test
    public void patternsMatchAsBuildToolsDo() {
        assertThat(files("**/*.yaml"), contains("deploy/web.yaml", "top.yaml"));
        assertThat(files("*.yaml"), contains("top.yaml"));
        assertThat(files("deploy/**"), hasSize(4));
        assertThat(files("deploy/db/*.{yml,json}"), contains("deploy/db/extra.json", "deploy/db/main.yml"));
        assertThat(files("deploy/[!x]eb.yam?"), contains("deploy/web.yaml"));
        assertThat(files("deploy/.draft/*.yaml"), contains("deploy/.draft/old.yaml"));
        assertThat(files("deploy/.d*/*.yaml"), contains("deploy/.draft/old.yaml"));
    }

    @Test
    public void fileFoundTwiceIsReadOnce() {
        assertThat(files("deploy/web.yaml", "deploy", "./deploy/../deploy/web.yaml"), hasSize(3));
    }

    @Test
    public void absolutePathInsideIsShownRelative() {
        assertThat(files(root.resolve("top.yaml").toString()), contains("top.yaml"));
    }

    @Test
    public void workspaceBehindALinkTakesBothOfItsNames() throws IOException {
        Path link = Files.createSymbolicLink(temporary.getRoot().toPath().resolve("link"), root);
        List<ManifestSource> read = Workspace.at(link)
                .readManifests(List.of(link.resolve("top.yaml").toString()));
        assertThat(read.get(0).file(), is("top.yaml"));
    }

    @Test
    public void nothingLeavesTheWorkspace() throws IOException {
        Files.createSymbolicLink(root.resolve("deploy/link.yaml"), outside.resolve("key.yaml"));
        Files.createSymbolicLink(root.resolve("folder-link"), outside);
        for (String path : List.of(
                "../project-secrets/key.yaml",
                "deploy/../../project-secrets",
                "../*/key.yaml",
                outside.resolve("key.yaml").toString(),
                outside + "/*.yaml",
                "deploy/link.yaml",
                "folder-link",
                "folder-link/key.yaml",
                "folder-link/*.yaml",
                "deploy",
                "**/*.yaml")) {
            ReleaseException e = refusal(path);
            assertThat(path, e.getMessage(), containsString("it leads out of the workspace"));
        }
    }

    @Test
    public void refusalNamesThePathAndTellsNothingOfWhatIsThere() {
        assertThat(refusal("../nothing-here").problem().object(), is("../nothing-here"));
        assertThat(refusal("../nothing-here").problem().reason(), is("it leads out of the workspace"));
    }

    @Test
    public void personAtATerminalMayNameAnyFile() {
        List<ManifestSource> read = Workspace.unbounded(root).readManifests(List.of("../project-secrets", "top.yaml"));
        assertThat(read.get(0).file(), is(outside.resolve("key.yaml").toString()));
        assertThat(read.get(1).file(), is("top.yaml"));
    }

    @Test
    public void linkInsideIsFollowedAndALoopEnds() throws IOException {
        Files.createSymbolicLink(root.resolve("deploy/again"), root.resolve("deploy"));
        assertThat(files("deploy"), hasSize(3));
    }

    @Test
    public void whatIsNotThereIsNamed() throws IOException {
        Files.createDirectory(root.resolve("empty"));
        Files.createSymbolicLink(root.resolve("dangling.yaml"), root.resolve("gone"));
        assertThat(refusal("gone.yaml").getMessage(), containsString("there is no such file"));
        assertThat(refusal("empty").getMessage(), containsString("no manifest is there"));
        assertThat(refusal("deploy/*.xml").getMessage(), containsString("no manifest is there"));
        assertThat(refusal("dangling.yaml").getMessage(), containsString("there is no such file"));
        assertThat(refusal("*.yaml").getMessage(), containsString("cannot be followed"));
        assertThat(refusal("").getMessage(), containsString("the path is empty"));
        assertThat(refusal("a\0b").getMessage(), containsString("it is not a path"));
        assertThat(refusal("deploy/[a.yaml").getMessage(), containsString("malformed"));
        assertThrows(ReleaseException.class, () -> Workspace.at(root).readManifests(List.of()));
        assertThrows(ReleaseException.class, () -> Workspace.at(root.resolve("gone")));
    }

    @Test
    public void onlyTextWithinTheLimitsIsRead() throws IOException {
        write(root.resolve("binary.yaml"), "a\0b");
        Files.write(root.resolve("latin.yaml"), new byte[] {'a', '\n', 'b', (byte) 0xE9, '\n'});
        Files.write(root.resolve("utf16.yaml"), new byte[] {(byte) 0xFF, (byte) 0xFE, 'a', 0});
        Files.write(root.resolve("large.yaml"), new byte[5 * 1024 * 1024 + 1]);
        assertThat(refusal("binary.yaml").getMessage(), containsString("binary"));
        assertThat(refusal("latin.yaml").getMessage(), containsString("line 2 is not UTF-8"));
        assertThat(refusal("utf16.yaml").getMessage(), containsString("UTF-16"));
        assertThat(refusal("large.yaml").getMessage(), containsString("larger than 5 MiB"));
    }

    @Test
    public void sumOfAllFilesIsLimited() throws IOException {
        byte[] spaces = " ".repeat(5 * 1024 * 1024).getBytes(StandardCharsets.UTF_8);
        Files.createDirectory(root.resolve("many"));
        for (int i = 0; i < 11; i++) {
            Files.write(root.resolve("many/" + i + ".yaml"), spaces);
        }
        assertThat(refusal("many").getMessage(), containsString("50 MiB"));
    }

    @Test
    public void byteOrderMarkIsLeftOut() throws IOException {
        write(root.resolve("bom.yaml"), "\uFEFFa: 1");
        assertThat(Workspace.at(root).readManifests(List.of("bom.yaml")).get(0).text(), is("a: 1"));
    }

    @Test
    public void resolveGivesRealPathsInsideOnly() {
        assertThat(
                Workspace.at(root).resolve("deploy/../top.yaml"), is(real(root).resolve("top.yaml")));
        ReleaseException e =
                assertThrows(ReleaseException.class, () -> Workspace.at(root).resolve("../project-secrets/key.yaml"));
        assertThat(e.problem().kind(), is(Problem.Kind.REFUSED_INPUT));
    }

    private List<String> files(String... patterns) {
        return Workspace.at(root).readManifests(List.of(patterns)).stream()
                .map(ManifestSource::file)
                .toList();
    }

    private ReleaseException refusal(String pattern) {
        return assertThrows(ReleaseException.class, () -> Workspace.at(root).readManifests(List.of(pattern)));
    }

    private static Path real(Path path) {
        return Workspace.at(path).root();
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
