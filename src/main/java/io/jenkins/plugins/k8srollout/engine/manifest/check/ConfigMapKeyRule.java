package io.jenkins.plugins.k8srollout.engine.manifest.check;

import java.util.List;

/** Keys of ConfigMaps and Secrets become file names and must fit as such. */
final class ConfigMapKeyRule implements Rule.OfItem {
    private static final int LARGEST = 1024 * 1024;

    @Override
    public void check(Item item, Folder folder, Report report) {
        if (!item.isCore("ConfigMap") && !item.isCore("Secret")) {
            return;
        }
        long size = 0;
        for (String field : List.of("data", "binaryData", "stringData")) {
            for (String key : item.object().child(field).fields().keySet()) {
                size += item.object().text(field, key).orElse("").length();
                if (!Syntax.isConfigKey(key)) {
                    report.error(
                            item,
                            "config-key",
                            "the key '" + key + "' is not allowed",
                            "Use at most 253 letters, digits, '-', '_' and '.'; sub-folders are made with items.path",
                            field,
                            key);
                }
                if (field.equals("binaryData") && item.object().has("data", key)) {
                    String fix = "Keep it in one of data and binaryData";
                    report.error(item, "config-key", "the key '" + key + "' is there twice", fix, field, key);
                }
            }
        }
        if (size > LARGEST) {
            report.error(
                    item,
                    "config-too-large",
                    "the content is larger than 1 MiB",
                    "Split it, or put large files into the image");
        }
    }
}
