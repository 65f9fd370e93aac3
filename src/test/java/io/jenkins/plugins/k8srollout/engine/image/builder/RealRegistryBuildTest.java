package io.jenkins.plugins.k8srollout.engine.image.builder;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.is;
import static org.junit.Assume.assumeTrue;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.BlobStored.How;
import io.jenkins.plugins.k8srollout.testutil.DockerRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Whole builds against the real registry, and with real external builders, where these are installed. */
public class RealRegistryBuildTest {
    private static final Path STATIC_SHELL = Path.of("/bin/busybox");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private DockerRegistry registry;
    private BuildFixture builds;

    @Before
    public void start() throws IOException {
        registry = DockerRegistry.start(folder.newFolder("registry").toPath());
        builds = new BuildFixture(folder.getRoot().toPath(), registry.authority());
    }

    @After
    public void stop() {
        if (registry != null) {
            registry.close();
        }
    }

    @Test
    public void embedded() throws IOException {
        builds.files("a", "A", "b", "B".repeat(300_000));
        builds.build("base/one", "FROM scratch\nCOPY a /base/\n");
        builds.sink.clear();
        ImageBuildResult result = builds.build("team/app", "FROM REGISTRY/base/one\nCOPY b /app/\n");
        assertThat(builds.tree(result).keySet(), contains("app", "app/b", "base", "base/a"));
        List<How> how = builds.sink.of(ProgressEvent.BlobStored.class).stream()
                .map(ProgressEvent.BlobStored::how)
                .sorted()
                .toList();
        assertThat(how, contains(How.MOUNTED, How.UPLOADED, How.UPLOADED));
        assertThat(
                builds.build("team/app", "FROM REGISTRY/base/one\nCOPY b /app/\n")
                        .digest(),
                is(result.digest()));
    }

    @Test
    public void buildah() throws IOException {
        external(BuilderChoice.BUILDAH);
    }

    @Test
    public void podman() throws IOException {
        external(BuilderChoice.PODMAN);
    }

    @Test
    public void buildkit() throws IOException {
        external(BuilderChoice.BUILDKIT);
    }

    private void external(BuilderChoice choice) throws IOException {
        ExternalBuilder tool = new ExternalBuilders(List.of(
                        new BuildkitTool(new ExternalTools(builds.registries(), builds.sink)),
                        new ContainersTool(new ExternalTools(builds.registries(), builds.sink), choice)))
                .of(choice);
        assumeTrue(choice.label() + " is not usable here", tool.obstacle().isEmpty());
        assumeTrue("a static shell is not there", Files.isExecutable(STATIC_SHELL));
        Files.copy(STATIC_SHELL, builds.workspace.resolve("sh"));
        builds.build("base/shell", "FROM scratch\nCOPY --chmod=0755 sh /bin/sh\n");
        ImageBuildResult result = builds.build(
                "team/" + choice.label(),
                "FROM REGISTRY/base/shell\nARG WHO\nRUN echo hello $WHO > /greeting\n",
                r -> r.builder(choice).tags(List.of("1", "2")).buildArgs(java.util.Map.of("WHO", "world")));
        assertThat(result.builder(), is(choice.label()));
        assertThat(builds.tree(result), hasEntry("greeting", "644 0:0 hello world\n"));
        assertThat(builds.pull(result).layers().size(), is(2));
    }
}
