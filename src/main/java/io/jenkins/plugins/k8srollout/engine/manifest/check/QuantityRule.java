package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Resource amounts must be readable, and a request must fit below its limit. */
final class QuantityRule implements Rule.OfItem {
    private static final String FIX =
            "Write for example 500m for CPU, and 256Mi (mebibytes) or 256M (megabytes) for memory";

    @Override
    public void check(Item item, Folder folder, Report report) {
        if (item.isCore("PersistentVolumeClaim")) {
            amounts(item, report, "spec", "resources", "requests");
        }
        for (PodTemplate.Container container :
                item.template().map(PodTemplate::containers).orElse(List.of())) {
            amounts(item, report, container.at("resources", "requests"));
            amounts(item, report, container.at("resources", "limits"));
            requestsAndLimits(item, container, report);
        }
    }

    private static void amounts(Item item, Report report, Object... path) {
        item.object().child(path).fields().forEach((resource, value) -> {
            Optional<Quantity> quantity = Quantity.of(value);
            if (quantity.isEmpty()) {
                report.error(
                        item,
                        "invalid-quantity",
                        "'" + value + "' is no amount of " + resource,
                        FIX,
                        join(path, resource));
            } else if (quantity.get().value().signum() < 0) {
                report.error(
                        item,
                        "invalid-quantity",
                        "the amount of " + resource + " is negative",
                        FIX,
                        join(path, resource));
            }
        });
    }

    private static void requestsAndLimits(Item item, PodTemplate.Container container, Report report) {
        KubeObject limits = container.fields().child("resources", "limits");
        container.fields().child("resources", "requests").fields().forEach((resource, request) -> {
            Optional<Quantity> wanted = Quantity.of(request);
            Optional<Quantity> limit = limits.find(resource).flatMap(Quantity::of);
            boolean slip = limit.isPresent() && MemoryUnitRule.isSlip(resource, limit.get()); // told by that rule
            if (!slip
                    && wanted.isPresent()
                    && limit.isPresent()
                    && wanted.get().value().compareTo(limit.get().value()) > 0) {
                report.error(
                        item,
                        "request-above-limit",
                        "container '" + container.name() + "' requests " + request + " of " + resource
                                + ", above its limit of "
                                + limits.find(resource).get(),
                        "Lower the request or raise the limit",
                        container.at("resources", "requests", resource));
            }
        });
    }

    private static Object[] join(Object[] path, String last) {
        Object[] joined = Arrays.copyOf(path, path.length + 1);
        joined[path.length] = last;
        return joined;
    }
}
