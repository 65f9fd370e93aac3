package io.jenkins.plugins.k8srollout.engine.image.builder;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryClient;
import io.jenkins.plugins.k8srollout.engine.workspace.Workspace;
import io.jenkins.plugins.k8srollout.testutil.FakeRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/** The embedded builder makes of every Dockerfile of the {@link Corpus} what BuildKit made of it. */
@RunWith(Parameterized.class)
public class ConformanceTest {
    @ClassRule
    public static final TemporaryFolder CACHE = new TemporaryFolder();

    private static FakeRegistry registry;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Parameterized.Parameter
    public String file;

    @Parameterized.Parameter(1)
    public Corpus.Case one;

    @Parameterized.Parameters(name = "{0}: {1}")
    public static List<Object[]> cases() {
        List<Object[]> cases = new ArrayList<>();
        for (String file : Corpus.FILES) {
            Corpus.cases(file).forEach(one -> cases.add(new Object[] {file, one}));
        }
        return cases;
    }

    @BeforeClass
    public static void pushBases() throws IOException {
        registry = new FakeRegistry();
        BuildFixture builds = new BuildFixture(CACHE.newFolder().toPath(), registry.authority());
        try (RegistryClient client = builds.client()) {
            Corpus.pushBases(client);
        }
    }

    @AfterClass
    public static void stop() {
        registry.close();
    }

    @Test
    public void theImageIsTheOneOfBuildKit() throws IOException {
        List<String> recorded = Corpus.expected(file).get(one.name());
        assertThat("recorded", recorded != null, is(true));
        List<String> expected = one.differs().isEmpty() ? recorded : one.own();
        BuildFixture builds = new BuildFixture(folder.getRoot().toPath(), registry.authority());
        List<String> made = Corpus.made(builds, one, ConformanceTest::build);
        if (isError(expected) && isError(made)) {
            return;
        }
        assertThat(one.dockerfile(), String.join("\n", made), is(String.join("\n", expected)));
    }

    private static ImageBuildResult build(BuildFixture builds, ImageBuildRequest request, Path context) {
        return builds.builder().build(request, Workspace.at(context));
    }

    private static boolean isError(List<String> lines) {
        return lines.size() == 1 && lines.get(0).startsWith("error");
    }
}
