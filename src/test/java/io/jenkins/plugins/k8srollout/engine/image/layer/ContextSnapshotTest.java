package io.jenkins.plugins.k8srollout.engine.image.layer;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.IgnorePatterns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class ContextSnapshotTest {
    private static final Clock LATER = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1));

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path context;

    /** Something that happens to the context. */
    private interface Change {
        void make() throws IOException;
    }

    @Before
    public void prepare() throws IOException {
        context = folder.newFolder("context").toPath().toRealPath();
        Files.createDirectories(context.resolve("app/deep"));
        Files.createDirectories(context.resolve("logs/kept"));
        Files.writeString(context.resolve("app/a"), "one");
        Files.writeString(context.resolve("app/deep/b"), "two");
        Files.writeString(context.resolve("app/ignored.tmp"), "three");
        Files.writeString(context.resolve("logs/kept/c"), "four");
        Files.createSymbolicLink(context.resolve("app/link"), Path.of("a"));
    }

    @Test
    public void anythingThatABuildWouldSeeIsSeen() throws Exception {
        FileTime time = Files.getLastModifiedTime(context.resolve("app/a"));
        Map<String, Change> changes = new LinkedHashMap<>();
        changes.put("other content of the same length and time", () -> {
            Files.writeString(context.resolve("app/a"), "two");
            Files.setLastModifiedTime(context.resolve("app/a"), time);
        });
        changes.put("another file with the same name, length and time", () -> {
            Path other = Files.writeString(context.resolve("elsewhere"), "six");
            Files.setLastModifiedTime(other, time);
            Files.move(other, context.resolve("app/a"), StandardCopyOption.REPLACE_EXISTING);
        });
        changes.put("a new file", () -> Files.writeString(context.resolve("app/deep/new"), ""));
        changes.put("a file less", () -> Files.delete(context.resolve("app/deep/b")));
        changes.put("a new name", () -> Files.move(context.resolve("app/deep/new"), context.resolve("app/deep/c")));
        changes.put("other permissions", () -> permit("app/a", "rwx------"));
        changes.put("other permissions of a folder", () -> permit("app/deep", "rwx------"));
        changes.put("another link", () -> {
            Files.delete(context.resolve("app/link"));
            Files.createSymbolicLink(context.resolve("app/link"), Path.of("b"));
        });
        changes.put("a file for a folder", () -> {
            Files.delete(context.resolve("app/deep/c"));
            Files.delete(context.resolve("app/deep"));
            Files.writeString(context.resolve("app/deep"), "");
        });
        changes.put("what was missing", () -> Files.writeString(context.resolve("missing"), ""));
        changes.put("an ignored file that is a folder now", () -> {
            Files.delete(context.resolve("logs/kept/c"));
            Files.createDirectory(context.resolve("logs/kept/c"));
            Files.writeString(context.resolve("logs/kept/c/keep"), "");
        });
        for (Map.Entry<String, Change> change : changes.entrySet()) {
            ContextSnapshot snapshot = look("*/*.tmp\nlogs\n!logs/kept/c/keep").orElseThrow();
            assertThat("before " + change.getKey(), holds(snapshot), is(true));
            change.getValue().make();
            assertThat(change.getKey(), holds(snapshot), is(false));
        }
    }

    @Test
    public void whatTheBuildDoesNotSeeMayChange() throws Exception {
        ContextSnapshot snapshot = look("*/*.tmp\nlogs").orElseThrow();
        Files.writeString(context.resolve("app/ignored.tmp"), "other");
        Files.writeString(context.resolve("logs/kept/c"), "other");
        Files.writeString(context.resolve("logs/d"), "");
        Files.setLastModifiedTime(context.resolve("app/deep"), FileTime.fromMillis(0));
        assertThat(holds(snapshot), is(true));
    }

    @Test
    public void aFileThatHasOnlyJustChangedMakesNoSnapshot() throws Exception {
        ContextTree tree = tree("", Clock.systemUTC());
        tree.lookAhead("app");
        assertThat(tree.snapshot().isPresent(), is(false));
    }

    @Test
    public void whatLiesBehindALinkOutOfTheContextIsNotLookedAt() throws IOException {
        Path beside = folder.newFolder("beside").toPath();
        Files.createDirectories(beside.resolve("below"));
        Files.writeString(beside.resolve("below/inner"), "");
        Files.createSymbolicLink(context.resolve("out"), beside);
        ContextTree tree = tree("", LATER);
        tree.lookAhead("out/below");
        String seen = new String(tree.snapshot().orElseThrow().bytes(), StandardCharsets.UTF_8);
        assertThat(seen, not(containsString("inner")));
    }

    /** As a build does that copies everything, and asks for a file that is not there. */
    private Optional<ContextSnapshot> look(String ignore) {
        ContextTree tree = tree(ignore, LATER);
        tree.lookAhead(".");
        tree.lookAhead("missing");
        return tree.snapshot();
    }

    private ContextTree tree(String ignore, Clock clock) {
        LayerCache cache = new LayerCache(folder.getRoot().toPath().resolve("cache"), 0, clock);
        return ContextTree.open(context, IgnorePatterns.parse(".dockerignore", ignore), cache);
    }

    private boolean holds(ContextSnapshot snapshot) throws Exception {
        AtomicBoolean holds = new AtomicBoolean(true);
        for (Callable<Void> part : ContextSnapshot.of(snapshot.bytes()).comparison(context, holds, 3)) {
            part.call();
        }
        return holds.get();
    }

    private void permit(String path, String permissions) throws IOException {
        Files.setPosixFilePermissions(context.resolve(path), PosixFilePermissions.fromString(permissions));
    }
}
