package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.ConfigReference;
import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;

/** A key that is asked of a ConfigMap or Secret of the folder must be in it. Objects that are elsewhere are not judged. */
final class ConfigReferenceRule implements Rule.OfTemplate {

    @Override
    public void check(Item item, PodTemplate template, Folder folder, Report report) {
        for (ConfigReference reference : template.configReferences()) {
            if (reference.key().isEmpty() || reference.optional()) {
                continue;
            }
            folder.find("", reference.kind(), item.namespace(), reference.name())
                    .filter(config -> !hasKey(config.object(), reference.key()))
                    .ifPresent(config -> report.error(
                            item,
                            "config-key-missing",
                            reference.kind() + " '" + reference.name() + "' in "
                                    + config.document().file() + " has no key '" + reference.key() + "'",
                            "Add the key, correct its name, or set optional: true",
                            reference.path().toArray()));
        }
    }

    private static boolean hasKey(KubeObject config, String key) {
        return config.child("data").fields().containsKey(key)
                || config.child("binaryData").fields().containsKey(key)
                || config.child("stringData").fields().containsKey(key);
    }
}
