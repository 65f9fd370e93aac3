package io.jenkins.plugins.k8srollout.engine.model;

import java.io.Serializable;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a scan of an image has come to.
 *
 * @param image {@code repository@sha256:…}
 * @param scanner name and version; empty text if it is not known
 * @param threshold the severity from which on a finding counts
 * @param counts of all findings, by severity
 * @param blocking how many findings count
 * @param accepted ids of findings that would count, and that somebody has accepted
 * @param findings those that count first, the worst first; of very many only the first
 */
public record ScanResult(
        String image,
        String scanner,
        VulnerabilitySeverity threshold,
        Map<VulnerabilitySeverity, Integer> counts,
        int blocking,
        List<String> accepted,
        List<Vulnerability> findings)
        implements Serializable {
    /** So many findings are kept at most. */
    public static final int KEPT = 200;

    public ScanResult {
        Map<VulnerabilitySeverity, Integer> ordered = new EnumMap<>(VulnerabilitySeverity.class);
        ordered.putAll(counts);
        counts = Collections.unmodifiableMap(ordered);
        accepted = List.copyOf(accepted);
        findings = List.copyOf(findings.subList(0, Math.min(KEPT, findings.size())));
    }

    /** With nothing accepted. */
    public ScanResult(
            String image,
            String scanner,
            VulnerabilitySeverity threshold,
            Map<VulnerabilitySeverity, Integer> counts,
            int blocking,
            List<Vulnerability> findings) {
        this(image, scanner, threshold, counts, blocking, List.of(), findings);
    }

    /** Whether a finding counts. */
    public boolean blocks(Vulnerability finding) {
        return finding.severity().isAtLeast(threshold) && !accepted.contains(finding.id());
    }

    public boolean passed() {
        return blocking == 0;
    }

    public int total() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** {@code 2 critical, 7 high, 31 low}, the worst first; {@code none} without findings. */
    public String countsText() {
        String text = counts.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .sorted(Map.Entry.<VulnerabilitySeverity, Integer>comparingByKey()
                        .reversed())
                .map(entry -> entry.getValue() + " " + entry.getKey().word())
                .collect(Collectors.joining(", "));
        return text.isEmpty() ? "none" : text;
    }

    /** Of {@link #findings} those that count. */
    public List<Vulnerability> blockingFindings() {
        return findings.stream().filter(this::blocks).toList();
    }
}
