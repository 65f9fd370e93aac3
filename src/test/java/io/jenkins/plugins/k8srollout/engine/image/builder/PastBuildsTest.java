package io.jenkins.plugins.k8srollout.engine.image.builder;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.testutil.FakeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What a build does whose like has been before, and what makes it another. */
public class PastBuildsTest {
    private static final String DOCKERFILE = """
            FROM REGISTRY/base
            COPY app /app
            """;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final FakeRegistry registry = new FakeRegistry();
    private BuildFixture builds;

    @Before
    public void prepare() throws IOException {
        builds = new BuildFixture(folder.getRoot().toPath(), registry.authority()).aMinuteLater();
        builds.files("app/a", "A", "app/sub/b", "B");
        builds.build("base", "FROM scratch\nENV BASE=1\n");
    }

    @After
    public void stop() {
        registry.close();
    }

    @Test
    public void aBuildWithoutAnyChangeOnlyAsks() throws IOException {
        ImageBuildResult first = builds.build("web", DOCKERFILE, r -> r.buildArgs(Map.of("UNUSED", "x")));
        List<String> said = said();
        int before = registry.server().lines().size();
        ImageBuildResult again = builds.build("web", DOCKERFILE, r -> r.buildArgs(Map.of("UNUSED", "x")));
        assertThat(again.digest(), is(first.digest()));
        assertThat(again.size(), is(first.size()));
        assertThat(again.pushedBytes(), is(0L));
        assertThat(
                requests(before),
                containsInAnyOrder("HEAD /v2/base/manifests/latest", "HEAD /v2/web/manifests/latest"));
        assertThat("the warning is repeated", said, hasItem(containsString("UNUSED")));
        assertThat(said(), hasItem(containsString("UNUSED")));
    }

    @Test
    public void everythingThatGoesIntoTheImageMakesAnother() throws IOException {
        ImageDigest first = builds.build("web", DOCKERFILE).digest();
        Files.writeString(builds.workspace.resolve("app/sub/b"), "C");
        ImageDigest file = builds.build("web", DOCKERFILE).digest();
        assertThat("a file", file, is(not(first)));
        ImageDigest text = builds.build("web", DOCKERFILE + "ENV X=1\n").digest();
        assertThat("the Dockerfile", text, is(not(file)));
        builds.files(".dockerignore", "app/a\n");
        ImageDigest ignored = builds.build("web", DOCKERFILE).digest();
        assertThat("the ignore file", ignored, is(not(file)));
        ImageDigest labelled =
                builds.build("web", DOCKERFILE, r -> r.labels(Map.of("a", "b"))).digest();
        assertThat("a label", labelled, is(not(ignored)));
        ImageDigest two = builds.build("web", DOCKERFILE, r -> r.labels(Map.of("a", "b", "c", "d")))
                .digest();
        assertThat(
                "one label that reads like two",
                builds.build("web", DOCKERFILE, r -> r.labels(Map.of("a", "b, c=d")))
                        .digest(),
                is(not(two)));
        builds.build("base", "FROM scratch\nENV BASE=2\n");
        assertThat("the base", builds.build("web", DOCKERFILE).digest(), is(not(ignored)));
    }

    @Test
    public void anotherTagIsOnlyNamed() throws IOException {
        ImageBuildResult first = builds.build("web", DOCKERFILE);
        int before = registry.server().lines().size();
        builds.build("web", DOCKERFILE, r -> r.tags(List.of("1", "latest")));
        assertThat(requests(before), hasItem("PUT /v2/web/manifests/1"));
        assertThat(requests(before), not(hasItem("PUT /v2/web/manifests/latest")));
        builds.build("web", DOCKERFILE, r -> r.tags(List.of("2")));
        assertThat(ImageDigest.of(registry.manifest("web", "2")), is(first.digest()));
    }

    @Test
    public void anotherRepositoryGetsTheWholeImage() throws IOException {
        ImageBuildResult first = builds.build("web", DOCKERFILE);
        ImageBuildResult elsewhere = builds.build("shop/web", DOCKERFILE);
        assertThat(elsewhere.digest(), is(first.digest()));
        assertThat(builds.tree(elsewhere).keySet(), containsInAnyOrder("app", "app/a", "app/sub", "app/sub/b"));
    }

    @Test
    public void whatIsNotPushedAsksOnlyForTheBase() throws IOException {
        ImageBuildResult first = builds.build("web", DOCKERFILE, r -> r.push(false));
        int before = registry.server().lines().size();
        assertThat(builds.build("web", DOCKERFILE, r -> r.push(false)).digest(), is(first.digest()));
        assertThat(requests(before), contains("HEAD /v2/base/manifests/latest"));
    }

    @Test
    public void aDamagedNoteIsNone() throws IOException {
        ImageBuildResult first = builds.build("web", DOCKERFILE);
        Path notes = folder.getRoot().toPath().resolve("cache/builds");
        for (int part = 1; part < 8; part++) {
            try (var all = Files.list(notes)) {
                for (Path note : all.toList()) {
                    byte[] bytes = Files.readAllBytes(note);
                    bytes[bytes.length * part / 8] ^= (byte) 0x81;
                    Files.write(note, part == 7 ? Arrays.copyOf(bytes, bytes.length / 2) : bytes);
                }
            }
            int before = registry.server().lines().size();
            assertThat(builds.build("web", DOCKERFILE).digest(), is(first.digest()));
            assertThat("built in full", requests(before), hasItem("GET /v2/base/manifests/latest"));
        }
    }

    private List<String> said() {
        List<String> lines = builds.sink.lines();
        builds.sink.clear();
        return lines;
    }

    private List<String> requests(int before) {
        List<String> lines = registry.server().lines();
        return lines.subList(before, lines.size());
    }
}
