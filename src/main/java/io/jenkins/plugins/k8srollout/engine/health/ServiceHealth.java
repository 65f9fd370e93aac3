package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Collection;
import java.util.Map;

/** Judges a Service together with the endpoints behind it. Pure and thread-safe. */
public final class ServiceHealth {
    private ServiceHealth() {}

    /**
     * @param service as the server shows it
     * @param endpoints its EndpointSlices, or its Endpoints on servers that have none
     * @param workloads those waited for together with it: one that is scaled to 0 excuses missing endpoints
     */
    public static Health judge(KubeObject service, Collection<KubeObject> endpoints, Collection<KubeObject> workloads) {
        Health own = HealthRules.judge(service);
        Map<String, String> selector = service.strings("spec", "selector");
        if (!own.isHealthy() || selector.isEmpty()) {
            // Without a selector the endpoints are somebody else's business, as for ExternalName.
            return own;
        }
        long ready = endpoints.stream().mapToLong(ServiceHealth::ready).sum();
        if (ready > 0) {
            return KindRule.healthy(ready + (ready == 1 ? " ready endpoint" : " ready endpoints"));
        }
        boolean asleep = workloads.stream().anyMatch(w -> sleeps(w, selector));
        return asleep
                ? KindRule.healthy("no endpoints, its workload is scaled to 0")
                : KindRule.progressing("no ready endpoint: no ready pod has the labels " + words(selector));
    }

    private static String words(Map<String, String> labels) {
        return String.join(
                ",",
                labels.entrySet().stream()
                        .map(e -> e.getKey() + "=" + e.getValue())
                        .toList());
    }

    private static boolean sleeps(KubeObject workload, Map<String, String> selector) {
        return workload.numberOr(1, "spec", "replicas") == 0
                && workload.strings("spec", "template", "metadata", "labels")
                        .entrySet()
                        .containsAll(selector.entrySet());
    }

    /** Whether an EndpointSlice or Endpoints object has an endpoint that is ready. */
    public static boolean isReady(KubeObject endpoints) {
        return ready(endpoints) > 0;
    }

    private static long ready(KubeObject object) {
        if (object.kind().equals("Endpoints")) {
            return object.children("subsets").stream()
                    .mapToLong(s -> s.items("addresses").size())
                    .sum();
        }
        // An absent condition counts as ready (EndpointConditions in discovery/v1).
        return object.children("endpoints").stream()
                .filter(e -> !Boolean.FALSE.equals(e.find("conditions", "ready").orElse(true)))
                .count();
    }
}
