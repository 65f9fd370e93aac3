package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A Service beside workloads is meant for their pods, and its named ports are ports of theirs. */
final class ServiceSelectorRule implements Rule.OfItem {

    @Override
    public void check(Item item, Folder folder, Report report) {
        if (!item.isCore("Service")) {
            return;
        }
        Map<String, String> selector = item.object().strings("spec", "selector");
        List<Folder.Serving> serving = folder.serving(item.namespace());
        if (selector.isEmpty() || serving.isEmpty()) {
            return;
        }
        List<PodTemplate> selected = serving.stream()
                .filter(workload -> Selectors.matches(selector, workload.labels()))
                .map(Folder.Serving::template)
                .toList();
        if (selected.isEmpty()) {
            report.warning(
                    item,
                    "service-selects-nothing",
                    nothing(selector, serving),
                    "Select labels of the pod template it is for",
                    "spec",
                    "selector");
            return;
        }
        List<KubeObject> ports = item.object().children("spec", "ports");
        for (int i = 0; i < ports.size(); i++) {
            Optional<String> target = ports.get(i).text("targetPort");
            if (target.isPresent() && selected.stream().noneMatch(t -> hasPort(t, target.get()))) {
                report.warning(
                        item,
                        "target-port",
                        "no container that is selected has a port named '" + target.get() + "'",
                        "Name a port of the container, or give its number without quotes",
                        "spec",
                        "ports",
                        i,
                        "targetPort");
            }
        }
    }

    private static String nothing(Map<String, String> selector, List<Folder.Serving> serving) {
        String near = serving.stream()
                .map(workload -> Selectors.mismatch(selector, workload.labels())
                        .map(label -> workload.item().object() + " lacks " + label)
                        .orElse(""))
                .limit(3)
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
        return "no pods of this folder have the labels it selects: " + near;
    }

    private static boolean hasPort(PodTemplate template, String name) {
        return template.containers().stream()
                .flatMap(container -> container.fields().children("ports").stream())
                .anyMatch(port -> port.text("name").filter(name::equals).isPresent());
    }
}
