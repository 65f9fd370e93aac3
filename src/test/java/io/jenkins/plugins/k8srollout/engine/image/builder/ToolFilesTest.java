package io.jenkins.plugins.k8srollout.engine.image.builder;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.arrayContainingInAnyOrder;
import static org.hamcrest.Matchers.emptyArray;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Credentials that external builders are given do not outlive the build. */
public class ToolFilesTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void nothingIsLeftWhereNotAllCouldBeWritten() {
        List<RegistryAccess> unwritable = List.of(access("r." + "long".repeat(70)));
        assertThrows(IOException.class, () -> ToolFiles.create(folder.getRoot().toPath(), unwritable));
        assertThat(folder.getRoot().list(), emptyArray());
    }

    @Test
    public void whatAKilledProcessHasLeftIsRemovedAfterADay() throws IOException {
        Path root = folder.getRoot().toPath();
        ToolFiles killed = ToolFiles.create(root, List.of());
        ToolFiles running = ToolFiles.create(root, List.of());
        Path foreign = folder.newFolder("image-build1").toPath();
        FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofHours(25)));
        Files.setLastModifiedTime(killed.folder(), longAgo);
        Files.setLastModifiedTime(foreign, longAgo);
        try (ToolFiles mine = ToolFiles.create(root, List.of())) {
            assertThat(Files.exists(mine.authFile()), is(true));
            assertThat(
                    root.toFile().listFiles(),
                    arrayContainingInAnyOrder(
                            running.folder().toFile(), mine.folder().toFile(), foreign.toFile()));
        }
        running.close();
    }

    private static RegistryAccess access(String name) {
        return RegistryAccess.builder(name).caPem("certificate").build();
    }
}
