package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Entries of lists that the server merges by key: a key that is there twice makes server-side apply fail or lose one. */
final class DuplicateEntryRule implements Rule.OfTemplate {

    @Override
    public void check(Item item, PodTemplate template, Folder folder, Report report) {
        Map<String, Object> names = new HashMap<>();
        for (PodTemplate.Container container : template.containers()) {
            if (!container.name().isEmpty() && names.put(container.name(), container) != null) {
                report(item, "container", container.name(), report, container.at("name"));
            }
            entries(
                    item,
                    container.fields(),
                    "env",
                    "variable",
                    e -> e.text("name").orElse(""),
                    container.path(),
                    report);
            entries(
                    item,
                    container.fields(),
                    "ports",
                    "port name",
                    e -> e.text("name").orElse(""),
                    container.path(),
                    report);
            entries(item, container.fields(), "ports", "port", DuplicateEntryRule::port, container.path(), report);
            entries(
                    item,
                    container.fields(),
                    "volumeMounts",
                    "mount path",
                    e -> e.text("mountPath").orElse(""),
                    container.path(),
                    report);
        }
        List<Object> spec = List.of(template.at("spec"));
        entries(item, template.spec(), "volumes", "volume", e -> e.text("name").orElse(""), spec, report);
    }

    private static String port(KubeObject port) {
        return port.number("containerPort")
                .map(n -> n + "/" + port.text("protocol").orElse("TCP"))
                .orElse("");
    }

    private static void entries(
            Item item,
            KubeObject parent,
            String field,
            String what,
            Function<KubeObject, String> key,
            List<Object> path,
            Report report) {
        Map<String, Integer> seen = new HashMap<>();
        List<KubeObject> entries = parent.children(field);
        for (int i = 0; i < entries.size(); i++) {
            String value = key.apply(entries.get(i));
            if (!value.isEmpty() && seen.putIfAbsent(value, i) != null) {
                Object[] place = new Object[path.size() + 2];
                path.toArray(place);
                place[path.size()] = field;
                place[path.size() + 1] = i;
                report(item, what, value, report, place);
            }
        }
    }

    private static void report(Item item, String what, String value, Report report, Object... path) {
        report.error(
                item,
                "duplicate-entry",
                "the " + what + " '" + value + "' is there twice",
                "Remove or rename one of the two",
                path);
    }
}
