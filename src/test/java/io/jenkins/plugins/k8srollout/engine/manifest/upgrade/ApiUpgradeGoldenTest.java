package io.jenkins.plugins.k8srollout.engine.manifest.upgrade;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.manifest.Yaml;
import io.jenkins.plugins.k8srollout.engine.manifest.YamlText;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameter;
import org.junit.runners.Parameterized.Parameters;

/** Each file in manifests/upgrade holds an object before and after, and the Kubernetes version it is upgraded for. */
@RunWith(Parameterized.class)
public class ApiUpgradeGoldenTest {

    @Parameters(name = "{0}")
    public static List<String> files() throws IOException, URISyntaxException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Parameter(0)
    public String file;

    @Test
    public void objectIsRewrittenAsShown() throws IOException, URISyntaxException {
        String text = Files.readString(folder().resolve(file));
        List<KubeObject> objects = Yaml.all(text);
        ServedApis apis = KnownApis.of(header(text, "kubernetes"));
        Set<String> classes = Set.of(header(text, "classes"));
        Upgrade upgrade = ApiUpgrade.upgrade(objects.get(0), apis, classes);

        assertThat(YamlText.write(upgrade.object()), upgrade.object(), is(objects.get(1)));
        assertThat(upgrade.change().get().from(), is(objects.get(0).apiVersion()));
        assertThat(upgrade.change().get().to(), is(objects.get(1).apiVersion()));
        assertThat(upgrade.diff(), containsString("+++ " + objects.get(1)));

        Upgrade again = ApiUpgrade.upgrade(upgrade.object(), apis, classes);
        assertThat(again.object(), is(upgrade.object()));
        assertThat(again.diff(), is(""));
        assertThat(apis.serves(upgrade.object().apiVersion(), upgrade.object().kind()), is(true));
    }

    private static String header(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith("# " + name + ": "))
                .map(line -> line.substring(name.length() + 4))
                .findFirst()
                .orElse("");
    }

    private static Path folder() throws URISyntaxException {
        return Path.of(
                ApiUpgradeGoldenTest.class.getResource("/manifests/upgrade").toURI());
    }
}
