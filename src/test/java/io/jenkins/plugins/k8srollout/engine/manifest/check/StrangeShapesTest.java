package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.LineIndex;
import io.jenkins.plugins.k8srollout.engine.manifest.ManifestDocument;
import io.jenkins.plugins.k8srollout.engine.manifest.SecretMask;
import io.jenkins.plugins.k8srollout.engine.manifest.Yaml;
import io.jenkins.plugins.k8srollout.engine.manifest.YamlText;
import io.jenkins.plugins.k8srollout.engine.manifest.upgrade.KnownApis;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.Test;

/** Whatever stands where something else belongs, the check ends with findings and never with a stack trace. */
public class StrangeShapesTest {
    private static final List<Object> STRANGE =
            Arrays.asList("text", -1, 1.5, true, null, List.of(), List.of("x"), Map.of(), Map.of("x", List.of(1)));
    private static final int ROUNDS = 30;

    @Test
    public void noShapeBreaksTheCheck() throws IOException, URISyntaxException {
        Random random = new Random(42);
        Path manifests =
                Path.of(StrangeShapesTest.class.getResource("/manifests").toURI());
        List<ManifestDocument> documents = new ArrayList<>();
        try (Stream<Path> files = Files.walk(manifests)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                for (KubeObject object : Yaml.all(Files.readString(file))) {
                    for (int i = 0; i < ROUNDS; i++) {
                        documents.add(new ManifestDocument(bent(object, random), "a.yaml", 1, LineIndex.NONE));
                    }
                }
            }
        }
        Map<String, ImageReference> images = Map.of("web", ImageReference.parse("r.io/web:1"));
        for (String version : List.of("1.16", "1.20", "1.34")) {
            ManifestCheck.check(documents, new CheckContext(KnownApis.of(version), "shop", images, Set.of("nginx")));
        }
        documents.forEach(document -> YamlText.write(SecretMask.mask(document.object())));
    }

    private static KubeObject bent(KubeObject object, Random random) {
        List<List<Object>> paths = new ArrayList<>();
        collect(object.fields(), List.of(), paths);
        List<Object> path = paths.get(random.nextInt(paths.size()));
        return object.with(STRANGE.get(random.nextInt(STRANGE.size())), path.toArray());
    }

    private static void collect(Object value, List<Object> path, List<List<Object>> paths) {
        if (!path.isEmpty()) {
            paths.add(path);
        }
        if (value instanceof Map) {
            ((Map<?, ?>) value).forEach((key, inner) -> collect(inner, join(path, key), paths));
        } else if (value instanceof List) {
            for (int i = 0; i < ((List<?>) value).size(); i++) {
                collect(((List<?>) value).get(i), join(path, i), paths);
            }
        }
    }

    private static List<Object> join(List<Object> path, Object last) {
        List<Object> joined = new ArrayList<>(path);
        joined.add(last);
        return joined;
    }
}
