package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Mounts name volumes, and volumes are there to be mounted. */
final class VolumeRule implements Rule.OfTemplate {

    @Override
    public void check(Item item, PodTemplate template, Folder folder, Report report) {
        Set<String> volumes = new HashSet<>();
        template.volumes().forEach(volume -> volume.text("name").ifPresent(volumes::add));
        // A StatefulSet's claims are volumes, too, and need not be mounted by every pod template.
        for (KubeObject claim : item.object().children("spec", "volumeClaimTemplates")) {
            volumes.add(claim.name());
        }
        Set<String> mounted = new HashSet<>();
        for (PodTemplate.Container container : template.containers()) {
            for (String field : List.of("volumeMounts", "volumeDevices")) {
                for (int i = 0; i < container.fields().items(field).size(); i++) {
                    String name = container.fields().text(field, i, "name").orElse("");
                    mounted.add(name);
                    if (!volumes.contains(name)) {
                        report.error(
                                item,
                                "volume-missing",
                                name.isEmpty()
                                        ? "a mount of container '" + container.name() + "' does not name its volume"
                                        : "container '" + container.name() + "' mounts the volume '" + name
                                                + "', which does not exist",
                                volumes.isEmpty()
                                        ? "Add it under volumes"
                                        : "Add it under volumes, or name one of "
                                                + String.join(
                                                        ", ",
                                                        volumes.stream()
                                                                .sorted()
                                                                .toList()),
                                container.at(field, i, "name"));
                    }
                }
            }
        }
        List<KubeObject> declared = template.volumes();
        for (int i = 0; i < declared.size(); i++) {
            String name = declared.get(i).text("name").orElse("");
            if (!name.isEmpty() && !mounted.contains(name)) {
                report.warning(
                        item,
                        "volume-never-mounted",
                        "the volume '" + name + "' is never mounted",
                        "Add a volumeMount to the container that needs it, or remove the volume",
                        template.at("spec", "volumes", i));
            }
        }
    }
}
