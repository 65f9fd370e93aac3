package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.ManifestDocument;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects findings. Rules give the path of the field; the report finds its line. */
final class Report {
    private final Map<String, Integer> fileOrder = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    Report(List<ManifestDocument> documents) {
        documents.forEach(document -> fileOrder.putIfAbsent(document.file(), fileOrder.size()));
    }

    void error(Item item, String rule, String message, String fix, Object... path) {
        findings.add(item.document().finding(Severity.ERROR, rule, message, fix, path));
    }

    void warning(Item item, String rule, String message, String fix, Object... path) {
        findings.add(item.document().finding(Severity.WARNING, rule, message, fix, path));
    }

    void info(Item item, String rule, String message, String fix, Object... path) {
        findings.add(item.document().finding(Severity.INFO, rule, message, fix, path));
    }

    /** An error in what the release asks for, at no place in a file. */
    void requestError(String parameter, String rule, String message, String fix) {
        findings.add(new Finding(Severity.ERROR, rule, parameter, 0, 0, "", message, fix));
    }

    List<Finding> findings() {
        List<Finding> sorted = new ArrayList<>(findings);
        sorted.sort(Comparator.comparingInt((Finding f) -> fileOrder.getOrDefault(f.file(), Integer.MAX_VALUE))
                .thenComparingInt(Finding::document)
                .thenComparingInt(Finding::line));
        return List.copyOf(sorted);
    }
}
