package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** Bytes written in the unit of CPU: {@code 200m} of memory is a fifth of a byte, with which no container starts. */
final class MemoryUnitRule implements Rule.OfItem {
    private static final BigDecimal MEBIBYTE = BigDecimal.valueOf(1024L * 1024);
    private static final String MILLI = "m";
    private static final List<String> IN_BYTES = List.of("memory", "ephemeral-storage");

    @Override
    public void check(Item item, Folder folder, Report report) {
        if (item.isCore("PersistentVolumeClaim")) {
            check(item, report, "storage", "spec", "resources", "requests", "storage");
        }
        for (PodTemplate.Container container :
                item.template().map(PodTemplate::containers).orElse(List.of())) {
            for (String section : List.of("requests", "limits")) {
                IN_BYTES.forEach(
                        resource -> check(item, report, resource, container.at("resources", section, resource)));
            }
        }
    }

    /** Whether an amount in bytes cannot be meant as written. */
    static boolean isSlip(String resource, Quantity amount) {
        boolean small = amount.suffix().isEmpty() && amount.value().compareTo(MEBIBYTE) < 0;
        return IN_BYTES.contains(resource) && (small || amount.suffix().equals(MILLI));
    }

    private static void check(Item item, Report report, String resource, Object... path) {
        Optional<Object> written = item.object().find(path);
        Optional<Quantity> quantity = written.flatMap(Quantity::of);
        if (quantity.isEmpty() || quantity.get().value().signum() <= 0) {
            return;
        }
        String text = String.valueOf(written.get());
        String digits = text.replaceAll("[^0-9.]+$", "");
        String fix = "Write " + digits + "Mi (mebibytes) or " + digits + "M (megabytes)";
        if (quantity.get().suffix().equals(MILLI)) {
            String bytes = quantity.get().value().stripTrailingZeros().toPlainString();
            report.error(
                    item,
                    "memory-in-milli-units",
                    resource + " " + text + " means " + bytes + " bytes: m stands for a thousandth",
                    fix,
                    path);
        } else if (quantity.get().suffix().isEmpty() && quantity.get().value().compareTo(MEBIBYTE) < 0) {
            report.error(item, "memory-too-small", resource + " " + text + " means " + text + " bytes", fix, path);
        }
    }
}
