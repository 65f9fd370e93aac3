package io.jenkins.plugins.k8srollout.engine.image.layer;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class FileDigestsTest {
    private static final Clock LATER = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1));

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path file;
    private DiskFolder saved;

    @Before
    public void prepare() throws IOException {
        file = folder.newFile("a.txt").toPath();
        Files.writeString(file, "one");
        Path cache = folder.newFolder("cache").toPath();
        saved = new DiskFolder(cache, cache.resolve("tmp"));
    }

    @Test
    public void anUnchangedFileIsNotReadAgain() throws IOException {
        FileStat stat = FileStat.of(file);
        remember(LATER);
        Files.delete(file);
        FileDigests again = FileDigests.load(saved.path("d"), LATER);
        assertThat(new FileContent(file, stat, again).digest(), is(digest("one")));
    }

    @Test
    public void aChangedFileIsReadAgain() throws IOException {
        FileTime before = Files.getLastModifiedTime(file);
        remember(LATER);
        Files.writeString(file, "two");
        Files.setLastModifiedTime(file, before);
        FileDigests again = FileDigests.load(saved.path("d"), LATER);
        assertThat(new FileContent(file, FileStat.of(file), again).digest(), is(digest("two")));
    }

    @Test
    public void aFileReadInTheMomentOfItsChangeIsNotRemembered() throws IOException {
        FileStat stat = FileStat.of(file);
        Instant changed = Instant.ofEpochSecond(0, stat.latest());
        remember(Clock.fixed(changed.plusMillis(500), ZoneOffset.UTC));
        Files.delete(file);
        FileDigests again = FileDigests.load(saved.path("d"), LATER);
        assertThrows(NoSuchFileException.class, () -> new FileContent(file, stat, again).digest());
    }

    @Test
    public void aDamagedMemoryIsNone() throws IOException {
        remember(LATER);
        byte[] bytes = Files.readAllBytes(saved.path("d"));
        Files.write(saved.path("d"), java.util.Arrays.copyOf(bytes, bytes.length - 5));
        FileDigests again = FileDigests.load(saved.path("d"), LATER);
        assertThat(new FileContent(file, FileStat.of(file), again).digest(), is(digest("one")));
    }

    private void remember(Clock clock) throws IOException {
        FileDigests digests = FileDigests.inMemory(clock);
        new FileContent(file, FileStat.of(file), digests).digest();
        digests.save(saved, "d");
    }

    private static ImageDigest digest(String text) {
        return ImageDigest.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
