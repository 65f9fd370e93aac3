package io.jenkins.plugins.k8srollout.engine.manifest;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.List;

/** Finds the ConfigMaps and Secrets of a pod template. Image pull secrets are not among them: no container sees those. */
final class ConfigReferences {
    private final PodTemplate template;
    private final List<ConfigReference> found = new ArrayList<>();

    private ConfigReferences(PodTemplate template) {
        this.template = template;
    }

    static List<ConfigReference> of(PodTemplate template) {
        ConfigReferences references = new ConfigReferences(template);
        template.containers().forEach(references::container);
        references.volumes();
        return List.copyOf(references.found);
    }

    private void container(PodTemplate.Container container) {
        List<Object> env = container.fields().items("env");
        for (int i = 0; i < env.size(); i++) {
            add("ConfigMap", "name", container.at("env", i, "valueFrom", "configMapKeyRef"));
            add("Secret", "name", container.at("env", i, "valueFrom", "secretKeyRef"));
        }
        for (int i = 0; i < container.fields().items("envFrom").size(); i++) {
            add("ConfigMap", "name", container.at("envFrom", i, "configMapRef"));
            add("Secret", "name", container.at("envFrom", i, "secretRef"));
        }
    }

    private void volumes() {
        KubeObject spec = template.spec();
        for (int i = 0; i < spec.items("volumes").size(); i++) {
            add("ConfigMap", "name", template.at("spec", "volumes", i, "configMap"));
            add("Secret", "secretName", template.at("spec", "volumes", i, "secret"));
            int sources = spec.items("volumes", i, "projected", "sources").size();
            for (int j = 0; j < sources; j++) {
                add("ConfigMap", "name", template.at("spec", "volumes", i, "projected", "sources", j, "configMap"));
                add("Secret", "name", template.at("spec", "volumes", i, "projected", "sources", j, "secret"));
            }
        }
    }

    private void add(String kind, String nameField, Object... path) {
        KubeObject reference = template.owner().child(path);
        reference
                .text(nameField)
                .ifPresent(name -> found.add(new ConfigReference(
                        kind, name, reference.text("key").orElse(""), reference.flag("optional"), List.of(path))));
    }
}
