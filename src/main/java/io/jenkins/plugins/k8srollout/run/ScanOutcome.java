package io.jenkins.plugins.k8srollout.run;

import io.jenkins.plugins.k8srollout.engine.model.ScanResult;
import io.jenkins.plugins.k8srollout.engine.model.Vulnerability;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/** A scan that let the image pass, as a Pipeline sees it. */
public final class ScanOutcome implements Serializable {
    private static final long serialVersionUID = 1L;

    // Pipelines keep their variables on disk; plain values for that reason.
    private final String scanner;
    private final String threshold;
    private final LinkedHashMap<String, Integer> counts;
    private final int total;
    private final ArrayList<String> accepted;
    private final ArrayList<LinkedHashMap<String, String>> findings;

    ScanOutcome(ScanResult scan) {
        scanner = scan.scanner();
        threshold = scan.threshold().word();
        counts = new LinkedHashMap<>();
        scan.counts().forEach((severity, count) -> counts.put(severity.word(), count));
        total = scan.total();
        accepted = new ArrayList<>(scan.accepted());
        findings = new ArrayList<>();
        scan.findings().forEach(finding -> findings.add(row(finding)));
    }

    private static LinkedHashMap<String, String> row(Vulnerability finding) {
        LinkedHashMap<String, String> row = new LinkedHashMap<>();
        row.put("severity", finding.severity().word());
        row.put("id", finding.id());
        row.put("package", finding.artifact());
        row.put("version", finding.version());
        row.put("fixedIn", finding.fixVersion());
        row.put("link", finding.link());
        return row;
    }

    /** Name and version; empty text if it is not known. */
    @Whitelisted
    public String getScanner() {
        return scanner;
    }

    /** The severity from which on the build would have failed. */
    @Whitelisted
    public String getThreshold() {
        return threshold;
    }

    /** Findings by severity, as in {@code [low: 3]}. */
    @Whitelisted
    public Map<String, Integer> getCounts() {
        return counts;
    }

    /** All findings. */
    @Whitelisted
    public int getTotal() {
        return total;
    }

    /** Ids of findings that would have failed the build, and that somebody has accepted in Harbor. */
    @Whitelisted
    public List<String> getAccepted() {
        return accepted;
    }

    /** The worst findings: severity, id, package, version, fixedIn and link of each. */
    @Whitelisted
    public List<? extends Map<String, String>> getFindings() {
        return findings;
    }
}
