package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Values that must be text but are numbers or booleans because nobody put them in quotes. */
final class TextRule implements Rule.OfItem {
    private static final String RULE = "not-text";

    @Override
    public void check(Item item, Folder folder, Report report) {
        map(item, report, "metadata", "labels");
        map(item, report, "metadata", "annotations");
        if (item.isCore("ConfigMap") || item.isCore("Secret")) {
            map(item, report, "data");
            map(item, report, "stringData");
        }
        item.template().ifPresent(template -> template(item, template, report));
    }

    private static void template(Item item, PodTemplate template, Report report) {
        if (!template.path().isEmpty()) {
            map(item, report, template.at("metadata", "labels"));
            map(item, report, template.at("metadata", "annotations"));
        }
        map(item, report, template.at("spec", "nodeSelector"));
        for (PodTemplate.Container container : template.containers()) {
            for (int i = 0; i < container.fields().items("env").size(); i++) {
                String name = container.fields().text("env", i, "name").orElse("");
                value(item, report, "the value of " + name, container.at("env", i, "value"));
            }
            for (String field : List.of("command", "args")) {
                for (int i = 0; i < container.fields().items(field).size(); i++) {
                    value(item, report, "item " + (i + 1) + " of " + field, container.at(field, i));
                }
            }
        }
    }

    private static void map(Item item, Report report, Object... path) {
        for (String key : item.object().child(path).fields().keySet()) {
            List<Object> place = new ArrayList<>(Arrays.asList(path));
            place.add(key);
            value(item, report, "the value of '" + key + "'", place.toArray());
        }
    }

    private static void value(Item item, Report report, String what, Object... path) {
        item.object().find(path).filter(value -> !(value instanceof String)).ifPresent(value -> {
            String type = value instanceof Boolean
                    ? "a boolean"
                    : value instanceof Number ? "a number" : value instanceof Map ? "a map" : "a list";
            report.error(item, RULE, what + " is " + type + " and must be text", "Put it in quotes", path);
        });
    }
}
