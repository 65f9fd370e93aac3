package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.model.ScanResult;
import io.jenkins.plugins.k8srollout.engine.model.Vulnerability;
import java.util.LinkedHashMap;
import java.util.Map;

/** A scan's result as JSON. */
final class ScanRow {
    private ScanRow() {}

    static Map<String, Object> of(ScanResult scan) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("image", scan.image());
        row.put("scanner", scan.scanner());
        row.put("threshold", scan.threshold().word());
        row.put("passed", scan.passed());
        Map<String, Integer> counts = new LinkedHashMap<>();
        scan.counts().forEach((severity, count) -> counts.put(severity.word(), count));
        row.put("counts", counts);
        row.put("blocking", scan.blocking());
        row.put("accepted", scan.accepted());
        row.put("findings", scan.findings().stream().map(ScanRow::of).toList());
        return row;
    }

    private static Map<String, Object> of(Vulnerability finding) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("severity", finding.severity().word());
        row.put("id", finding.id());
        row.put("package", finding.artifact());
        row.put("version", finding.version());
        row.put("fixedIn", finding.fixVersion());
        row.put("link", finding.link());
        return row;
    }
}
