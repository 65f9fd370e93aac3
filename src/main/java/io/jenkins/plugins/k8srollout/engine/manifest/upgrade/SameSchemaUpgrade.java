package io.jenkins.plugins.k8srollout.engine.manifest.upgrade;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Optional;

/** Kinds whose versions differ in nothing but the name. */
final class SameSchemaUpgrade implements KindUpgrade {
    private final List<String> kinds;
    private final List<String> versions;

    SameSchemaUpgrade(List<String> kinds, String... newestFirst) {
        this.kinds = kinds;
        this.versions = List.of(newestFirst);
    }

    @Override
    public List<String> kinds() {
        return kinds;
    }

    @Override
    public List<String> versions() {
        return versions;
    }

    @Override
    public Optional<KubeObject> convert(KubeObject object, String to, ApiUpgrade.Notes notes) {
        return Optional.of(object);
    }
}
