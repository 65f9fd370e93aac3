package io.jenkins.plugins.k8srollout.engine.harbor;

import io.jenkins.plugins.k8srollout.engine.model.VulnerabilitySeverity;
import java.time.Instant;
import java.util.Map;

/**
 * How an artifact's scan stands.
 *
 * @param reportId changes with every scan
 * @param percent how far it has come
 * @param ended the epoch while it goes on
 * @param counts by severity; empty while it goes on
 */
public record ScanOverview(
        String reportId,
        State state,
        int percent,
        Instant ended,
        String scanner,
        Map<VulnerabilitySeverity, Integer> counts) {
    public ScanOverview {
        counts = Map.copyOf(counts);
    }

    /** Where a scan is. What Harbor may say in future is not an end. */
    public enum State {
        GOING_ON,
        DONE,
        FAILED,
        STOPPED;

        static State of(String status) {
            return switch (status) {
                case "Success", "finished" -> DONE;
                case "Error" -> FAILED;
                case "Stopped" -> STOPPED;
                default -> GOING_ON;
            };
        }
    }
}
