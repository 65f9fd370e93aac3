package io.jenkins.plugins.k8srollout.engine.image.builder;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.Assume.assumeTrue;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Dockerfile;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.IgnorePatterns;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryClient;
import io.jenkins.plugins.k8srollout.testutil.DockerRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * What is recorded of BuildKit is what BuildKit does: builds the {@link Corpus} with the daemon at {@code BUILDKIT_HOST},
 * where {@code buildctl} is installed. With {@code CONFORMANCE_RECORD}, a folder, the facts are written there instead.
 */
public class ConformancePeerTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void theRecordedFactsAreBuildKits() throws IOException {
        DockerRegistry registry =
                DockerRegistry.start(folder.newFolder("registry").toPath());
        try {
            BuildFixture builds = new BuildFixture(folder.newFolder().toPath(), registry.authority());
            ExternalTools tools = new ExternalTools(builds.registries(), builds.sink);
            Optional<String> obstacle = new BuildkitTool(tools).obstacle();
            assumeTrue("BuildKit is not usable here: " + obstacle.orElse(""), obstacle.isEmpty());
            try (RegistryClient client = builds.client()) {
                Corpus.pushBases(client);
            }
            List<String> different = new ArrayList<>();
            for (String file : Corpus.FILES) {
                different.addAll(compare(file, registry.authority(), tools));
            }
            assertThat(different, is(empty()));
        } finally {
            registry.close();
        }
    }

    /** BuildKit reads everything itself, also what this project's parser would refuse. */
    private static BuildInput unread(Path context) {
        return new BuildInput(
                context,
                context.resolve("Dockerfile"),
                Dockerfile.parse("none", "FROM scratch"),
                IgnorePatterns.NONE,
                Optional.empty());
    }

    private List<String> compare(String file, String registry, ExternalTools tools) throws IOException {
        Map<String, List<String>> facts = new LinkedHashMap<>();
        for (Corpus.Case one : Corpus.cases(file)) {
            BuildFixture builds = new BuildFixture(folder.newFolder().toPath(), registry);
            facts.put(one.name(), Corpus.made(builds, one, (b, request, context) -> new BuildkitTool(tools)
                    .build(request, unread(context))));
        }
        String record = System.getenv("CONFORMANCE_RECORD");
        if (record != null) {
            Files.writeString(Path.of(record).resolve(file + ".expected"), Corpus.text(facts));
            return List.of();
        }
        Map<String, List<String>> recorded = Corpus.expected(file);
        List<String> different = new ArrayList<>();
        facts.forEach((name, lines) -> {
            boolean bothFail = lines.size() == 1
                    && lines.get(0).startsWith("error")
                    && recorded.getOrDefault(name, List.of("")).get(0).startsWith("error");
            if (!bothFail && !lines.equals(recorded.get(name))) {
                different.add(file + ": " + name + ": " + lines);
            }
        });
        return different;
    }
}
