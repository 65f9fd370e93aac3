package io.jenkins.plugins.k8srollout.engine.manifest;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import java.util.List;
import java.util.Map;

/** Objects for tests, written as YAML. */
public final class Yaml {
    private Yaml() {}

    public static KubeObject one(String text) {
        List<KubeObject> all = all(text);
        if (all.size() != 1) {
            throw new AssertionError("expected one object, not " + all);
        }
        return all.get(0);
    }

    public static List<KubeObject> all(String text) {
        return documents(text).stream().map(ManifestDocument::object).toList();
    }

    public static List<ManifestDocument> documents(String text) {
        LoadedManifests loaded = ManifestLoader.load(List.of(new ManifestSource("test.yaml", text)), Map.of());
        if (!loaded.findings().isEmpty()) {
            throw new AssertionError(loaded.findings().toString());
        }
        return loaded.documents();
    }
}
