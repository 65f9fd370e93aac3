package io.jenkins.plugins.k8srollout.engine.manifest.upgrade;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes an old validation schema a structural one, as v1 demands: every level says its type, and a level that says
 * nothing says so.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema">Specifying
 *     a structural schema</a>
 */
final class StructuralSchema {
    private static final String PRESERVE = "x-kubernetes-preserve-unknown-fields";
    private static final String INT_OR_STRING = "x-kubernetes-int-or-string";

    private StructuralSchema() {}

    static KubeObject of(KubeObject schema, boolean keepsUnknown, ApiUpgrade.Notes notes) {
        if (schema.isEmpty()) {
            notes.add("there was no schema; one that takes any fields was written, as before");
        }
        KubeObject result = typed(schema).with("object", "type");
        if (keepsUnknown) {
            result = result.with(true, PRESERVE);
        }
        return result;
    }

    private static KubeObject typed(KubeObject schema) {
        KubeObject result = schema;
        if (!schema.child("properties").isEmpty()) {
            Map<String, Object> properties = new LinkedHashMap<>();
            schema.child("properties")
                    .fields()
                    .forEach((name, inner) -> properties.put(
                            name, typed(schema.child("properties", name)).fields()));
            result = result.with(properties, "properties");
        }
        for (String inner : new String[] {"items", "additionalProperties"}) {
            if (schema.find(inner).filter(Map.class::isInstance).isPresent()) {
                result = result.with(typed(schema.child(inner)).fields(), inner);
            }
        }
        if (schema.has("type") || schema.flag(INT_OR_STRING) || schema.flag(PRESERVE)) {
            return result;
        }
        if (schema.has("properties") || schema.has("additionalProperties")) {
            return result.with("object", "type");
        }
        return schema.has("items") ? result.with("array", "type") : result.with(true, PRESERVE);
    }
}
