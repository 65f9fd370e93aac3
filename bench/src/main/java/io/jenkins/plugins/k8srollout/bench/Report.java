package io.jenkins.plugins.k8srollout.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Medians side by side. */
final class Report {
    private static final String OURS = "embedded";

    private final Map<String, Map<String, List<Measured>>> cases = new LinkedHashMap<>();
    private final List<Map<String, Object>> rows = new ArrayList<>();

    void add(String name, String tool, Measured measured) {
        cases.computeIfAbsent(name, n -> new LinkedHashMap<>())
                .computeIfAbsent(tool, t -> new ArrayList<>())
                .add(measured);
    }

    void print(Path json) throws IOException {
        System.out.printf(
                Locale.ROOT,
                "%n%-32s %-10s %12s %12s %-10s %7s %6s%n",
                "case",
                "unit",
                "ours",
                "peer",
                "",
                "ratio",
                "goal");
        for (Map.Entry<String, Map<String, List<Measured>>> one : cases.entrySet()) {
            boolean unchanged = one.getKey().contains("unchanged");
            row(one.getKey(), "s wall", one.getValue(), Measured::wall, unchanged ? 0.3 : 1);
            row(one.getKey(), "s CPU", one.getValue(), Measured::cpu, unchanged ? 0.3 : 1);
            row(one.getKey(), "bytes sent", one.getValue(), Measured::sent, 1);
        }
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json.toFile(), rows);
    }

    private void row(
            String name,
            String unit,
            Map<String, List<Measured>> tools,
            ToDoubleFunction<Measured> value,
            double goal) {
        double ours = median(tools.get(OURS), value);
        String peerName = "";
        double peer = Double.MAX_VALUE;
        for (Map.Entry<String, List<Measured>> tool : tools.entrySet()) {
            double median = median(tool.getValue(), value);
            if (!tool.getKey().equals(OURS) && median < peer) {
                peer = median;
                peerName = tool.getKey();
            }
        }
        double ratio = ours / peer;
        System.out.printf(
                Locale.ROOT,
                "%-32s %-10s %12s %12s %-10s %7.3f %6.1f%s%n",
                name,
                unit,
                shown(ours),
                shown(peer),
                peerName,
                ratio,
                goal,
                ratio > goal ? "  MISSED" : "");
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("case", name);
        row.put("unit", unit);
        row.put("ours", rounded(ours));
        row.put("peer", rounded(peer));
        row.put("peerName", peerName);
        row.put("ratio", rounded(ratio));
        row.put("goal", goal);
        row.put("runs", tools.get(OURS).size());
        rows.add(row);
    }

    private static double median(List<Measured> all, ToDoubleFunction<Measured> value) {
        double[] sorted = all.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static String shown(double value) {
        return value >= 1000 ? String.format(Locale.ROOT, "%,.0f", value) : String.format(Locale.ROOT, "%.2f", value);
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
