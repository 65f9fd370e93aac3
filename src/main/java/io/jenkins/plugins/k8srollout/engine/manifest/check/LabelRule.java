package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Keys and values of labels, keys of annotations. */
final class LabelRule implements Rule.OfItem {
    private static final String KEY_FIX =
            "Use prefix/name or name: at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit";
    private static final int MOST_ANNOTATIONS = 256 * 1024;

    @Override
    public void check(Item item, Folder folder, Report report) {
        labels(item, report, "metadata", "labels");
        annotations(item, report, "metadata", "annotations");
        if (item.isCore("Service") || item.isCore("ReplicationController")) {
            labels(item, report, "spec", "selector");
        } else {
            labels(item, report, "spec", "selector", "matchLabels");
        }
        item.template().map(PodTemplate::path).filter(path -> !path.isEmpty()).ifPresent(path -> {
            PodTemplate template = item.template().get();
            labels(item, report, template.at("metadata", "labels"));
            annotations(item, report, template.at("metadata", "annotations"));
        });
    }

    private static void labels(Item item, Report report, Object... path) {
        item.object().child(path).fields().forEach((key, value) -> {
            if (!Syntax.isQualifiedName(key)) {
                report.error(item, "invalid-label", "the label '" + key + "' is not allowed", KEY_FIX, join(path, key));
            }
            if (value instanceof String && !Syntax.isLabelValue((String) value)) {
                report.error(
                        item,
                        "invalid-label",
                        "the value '" + value + "' of label '" + key + "' is not allowed",
                        "Use at most 63 letters, digits, '-', '_' and '.', or put the text in an annotation",
                        join(path, key));
            }
        });
    }

    private static void annotations(Item item, Report report, Object... path) {
        int size = 0;
        for (String key : item.object().child(path).fields().keySet()) {
            if (!Syntax.isQualifiedName(key)) {
                report.error(
                        item,
                        "invalid-annotation",
                        "the annotation '" + key + "' is not allowed",
                        KEY_FIX,
                        join(path, key));
            }
            size += key.length()
                    + item.object().text(join(path, key)).orElse("").length();
        }
        if (size > MOST_ANNOTATIONS) {
            report.error(
                    item,
                    "invalid-annotation",
                    "the annotations are larger than 256 KiB",
                    "Put the text in a ConfigMap",
                    path);
        }
    }

    private static Object[] join(Object[] path, String key) {
        List<Object> joined = new ArrayList<>(Arrays.asList(path));
        joined.add(key);
        return joined.toArray();
    }
}
