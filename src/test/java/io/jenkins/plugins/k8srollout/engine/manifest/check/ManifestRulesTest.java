package io.jenkins.plugins.k8srollout.engine.manifest.check;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.manifest.Yaml;
import io.jenkins.plugins.k8srollout.engine.manifest.upgrade.KnownApis;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameter;
import org.junit.runners.Parameterized.Parameters;

/** In each file of manifests/rules, a comment on a line says what is found there; lines without one are good. */
@RunWith(Parameterized.class)
public class ManifestRulesTest {
    private static final Pattern EXPECTED = Pattern.compile("\\b(error|warning|info) ([a-z0-9-]+)");

    @Parameters(name = "{0}")
    public static List<String> files() throws IOException, URISyntaxException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Parameter(0)
    public String file;

    @Test
    public void findingsAreThoseOfTheComments() throws IOException, URISyntaxException {
        String text = Files.readString(folder().resolve(file));
        List<Finding> findings = ManifestCheck.check(Yaml.documents(text), CheckContext.offline(KnownApis.of("1.34")));
        String found = String.join(
                "\n",
                findings.stream()
                        .map(f -> f.line() + " " + f.severity().word() + " " + f.rule())
                        .sorted()
                        .toList());
        assertThat(found, is(expected(text)));
        for (Finding finding : findings) {
            assertThat(finding.summary(), finding.fix(), is(not("")));
            assertThat(finding.object(), containsString("/"));
            assertThat(finding.summary(), not(containsString("hunter2")));
        }
    }

    private static String expected(String text) {
        List<String> expected = new ArrayList<>();
        String[] lines = text.split("\n");
        for (int i = 0; i < lines.length; i++) {
            int comment = lines[i].indexOf(" # ");
            if (comment > 0) {
                Matcher matcher = EXPECTED.matcher(lines[i].substring(comment));
                while (matcher.find()) {
                    expected.add(i + 1 + " " + matcher.group());
                }
            }
        }
        return String.join("\n", expected.stream().sorted().toList());
    }

    private static Path folder() throws URISyntaxException {
        return Path.of(ManifestRulesTest.class.getResource("/manifests/rules").toURI());
    }
}
