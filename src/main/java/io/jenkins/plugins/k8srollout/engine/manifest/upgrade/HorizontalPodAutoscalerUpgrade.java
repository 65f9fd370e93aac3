package io.jenkins.plugins.k8srollout.engine.manifest.upgrade;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Autoscalers: {@code v2beta1} has metrics of another shape, {@code v2beta2} and {@code v2} are the same. */
final class HorizontalPodAutoscalerUpgrade implements KindUpgrade {
    private static final String V2_BETA1 = "autoscaling/v2beta1";

    @Override
    public List<String> kinds() {
        return List.of("HorizontalPodAutoscaler");
    }

    @Override
    public List<String> versions() {
        return List.of("autoscaling/v2", "autoscaling/v2beta2", V2_BETA1);
    }

    @Override
    public Optional<KubeObject> convert(KubeObject object, String to, ApiUpgrade.Notes notes) {
        if (to.equals(V2_BETA1)) {
            return notes.impossible("the metrics of " + object.apiVersion() + " have no form in " + V2_BETA1);
        }
        if (!object.apiVersion().equals(V2_BETA1) || !object.has("spec", "metrics")) {
            return Optional.of(object);
        }
        List<Object> metrics = new ArrayList<>();
        object.children("spec", "metrics")
                .forEach(metric -> metrics.add(metric(metric).fields()));
        return Optional.of(object.with(metrics, "spec", "metrics"));
    }

    private static KubeObject metric(KubeObject metric) {
        KubeObject result = metric;
        for (String source : List.of("resource", "containerResource", "pods", "object", "external")) {
            if (metric.has(source)) {
                result = result.with(source(metric.child(source), source).fields(), source);
            }
        }
        return result;
    }

    private static KubeObject source(KubeObject old, String source) {
        KubeObject result = old;
        if (source.equals("object")) {
            // "target" meant the object that is measured, before it meant the value to hold.
            result = result.without("target").with(old.find("target").orElse(null), "describedObject");
        }
        if (old.has("metricName")) {
            result = result.without("metricName").with(old.find("metricName").get(), "metric", "name");
        }
        for (String selector : List.of("selector", "metricSelector")) {
            if (old.has(selector)) {
                result = result.without(selector).with(old.find(selector).get(), "metric", "selector");
            }
        }
        result = moved(result, old, "targetAverageUtilization", "Utilization", "averageUtilization");
        result = moved(result, old, "targetAverageValue", "AverageValue", "averageValue");
        if (source.equals("object") && old.has("averageValue")) {
            return moved(result.without("targetValue"), old, "averageValue", "AverageValue", "averageValue");
        }
        return moved(result, old, "targetValue", "Value", "value");
    }

    private static KubeObject moved(KubeObject result, KubeObject old, String field, String type, String name) {
        if (!old.has(field)) {
            return result;
        }
        return result.without(field)
                .with(type, "target", "type")
                .with(old.find(field).get(), "target", name);
    }
}
