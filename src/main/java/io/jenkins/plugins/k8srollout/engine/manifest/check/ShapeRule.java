package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Maps where lists belong, and the other way round; the other rules read such fields as absent. */
final class ShapeRule implements Rule.OfItem {
    private static final String RULE = "wrong-shape";
    private static final List<String> CONTAINER_LISTS =
            List.of("env", "envFrom", "ports", "volumeMounts", "volumeDevices", "command", "args");
    private static final List<String> CONTAINER_MAPS =
            List.of("resources", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "securityContext");

    @Override
    public void check(Item item, Folder folder, Report report) {
        map(item, report, "metadata", "labels");
        map(item, report, "metadata", "annotations");
        if (item.isCore("ConfigMap") || item.isCore("Secret")) {
            List.of("data", "binaryData", "stringData").forEach(field -> map(item, report, field));
        } else if (item.isCore("Service")) {
            map(item, report, "spec", "selector");
            list(item, report, "spec", "ports");
        } else if (item.is("networking.k8s.io", "Ingress")) {
            list(item, report, "spec", "rules");
            list(item, report, "spec", "tls");
        }
        item.template().ifPresent(template -> template(item, template, report));
    }

    private static void template(Item item, PodTemplate template, Report report) {
        map(item, report, "spec");
        map(item, report, "spec", "selector");
        map(item, report, "spec", "strategy");
        map(item, report, template.at());
        map(item, report, template.at("metadata"));
        map(item, report, template.at("metadata", "labels"));
        map(item, report, template.at("metadata", "annotations"));
        map(item, report, template.at("spec"));
        for (String field : List.of("containers", "initContainers", "volumes", "imagePullSecrets", "tolerations")) {
            list(item, report, template.at("spec", field));
        }
        for (PodTemplate.Container container : template.containers()) {
            CONTAINER_LISTS.forEach(field -> list(item, report, container.at(field)));
            CONTAINER_MAPS.forEach(field -> map(item, report, container.at(field)));
        }
    }

    private static void map(Item item, Report report, Object... path) {
        Optional<Object> value = item.object().find(path);
        if (path.length > 0 && value.isPresent() && !(value.get() instanceof Map)) {
            String fix = "Write it as lines of key: value, indented below " + path[path.length - 1];
            report.error(item, RULE, shown(path) + " is not a map", fix, path);
        }
    }

    /** Lists hold maps here, but for command and args, whose items another rule looks at. */
    private static void list(Item item, Report report, Object... path) {
        Optional<Object> value = item.object().find(path);
        String name = String.valueOf(path[path.length - 1]);
        if (value.isEmpty()) {
            return;
        }
        if (!(value.get() instanceof List)) {
            String fix = "Begin each item with '- ', as in '- name: …'";
            report.error(item, RULE, shown(path) + " is not a list", fix, path);
            return;
        }
        List<?> items = (List<?>) value.get();
        for (int i = 0; i < items.size(); i++) {
            if (!name.equals("command") && !name.equals("args") && !(items.get(i) instanceof Map)) {
                List<Object> place = new ArrayList<>(Arrays.asList(path));
                place.add(i);
                String fix = "Write it as '- key: value'";
                report.error(
                        item, RULE, "item " + (i + 1) + " of " + shown(path) + " is not a map", fix, place.toArray());
            }
        }
    }

    private static String shown(Object... path) {
        return Arrays.stream(path)
                .map(String::valueOf)
                .reduce((a, b) -> a + "." + b)
                .orElse("");
    }
}
