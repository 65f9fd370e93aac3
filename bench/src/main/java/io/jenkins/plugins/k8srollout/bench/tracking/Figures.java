package io.jenkins.plugins.k8srollout.bench.tracking;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The rows of the table. A goal is a ratio; where the goal is a figure of its own, it is that over the peer's. */
final class Figures {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final List<Map<String, Object>> rows = new ArrayList<>();

    /** Ours at most as much as the peer's, times {@code goal}. */
    void besides(String name, String unit, List<Double> ours, String peerName, List<Double> peer, double goal) {
        row(name, unit, median(ours), median(peer), peerName, goal, ours.size());
    }

    /** Ours at most {@code bound}, whatever the peer needs. */
    void within(String name, String unit, double ours, String peerName, double peer, double bound, int runs) {
        row(name, unit, ours, peer, peerName, bound / peer, runs);
    }

    private void row(String name, String unit, double ours, double peer, String peerName, double goal, int runs) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("case", name);
        row.put("unit", unit);
        row.put("ours", rounded(ours));
        row.put("peer", rounded(peer));
        row.put("peerName", peerName);
        row.put("ratio", rounded(ours / peer));
        row.put("goal", rounded(goal));
        row.put("runs", runs);
        rows.add(row);
    }

    void print() {
        System.out.printf(
                Locale.ROOT,
                "%n%-56s %-10s %12s %12s %-22s %9s %9s%n",
                "case",
                "unit",
                "ours",
                "peer",
                "",
                "ratio",
                "goal");
        for (Map<String, Object> row : rows) {
            boolean missed = (double) row.get("ratio") > (double) row.get("goal");
            System.out.printf(
                    Locale.ROOT,
                    "%-56s %-10s %12.3f %12.3f %-22s %9.4f %9.4f%s%n",
                    row.get("case"),
                    row.get("unit"),
                    row.get("ours"),
                    row.get("peer"),
                    row.get("peerName"),
                    row.get("ratio"),
                    row.get("goal"),
                    missed ? "  MISSED" : "");
        }
    }

    /** Replaces the rows of the same cases in the file, and keeps the others. */
    void write(Path file) throws IOException {
        List<Map<String, Object>> all = new ArrayList<>();
        if (Files.exists(file)) {
            all.addAll(JSON.readValue(file.toFile(), new TypeReference<List<Map<String, Object>>>() {}));
            all.removeIf(old -> rows.stream()
                    .anyMatch(r -> r.get("case").equals(old.get("case"))
                            && r.get("unit").equals(old.get("unit"))));
        }
        all.addAll(rows);
        JSON.writeValue(file.toFile(), all);
    }

    static double median(List<Double> all) {
        double[] sorted = all.stream().mapToDouble(d -> d).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static double worst(List<Double> all) {
        return all.stream().mapToDouble(d -> d).max().orElseThrow();
    }

    private static double rounded(double value) {
        return Math.round(value * 1e5) / 1e5;
    }
}
