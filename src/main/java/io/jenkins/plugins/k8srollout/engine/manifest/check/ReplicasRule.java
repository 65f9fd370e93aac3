package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import java.util.List;

/** Counts that must be whole and not negative. */
final class ReplicasRule implements Rule.OfTemplate {
    private static final List<String> FIELDS = List.of(
            "replicas",
            "minReadySeconds",
            "progressDeadlineSeconds",
            "revisionHistoryLimit",
            "parallelism",
            "completions",
            "backoffLimit",
            "successfulJobsHistoryLimit",
            "failedJobsHistoryLimit");

    @Override
    public void check(Item item, PodTemplate template, Folder folder, Report report) {
        for (String field : FIELDS) {
            boolean wrong = item.object().has("spec", field)
                    && item.object().number("spec", field).filter(n -> n >= 0).isEmpty();
            if (wrong) {
                report.error(
                        item,
                        "invalid-number",
                        "spec." + field + " is not a whole number of 0 or more",
                        "Write a number without quotes, for example " + field + ": 2",
                        "spec",
                        field);
            }
        }
    }
}
