package io.jenkins.plugins.k8srollout.engine.manifest.upgrade;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Custom resource definitions: what stood once for all versions stands in each of them in v1. */
final class CustomResourceDefinitionUpgrade implements KindUpgrade {
    private static final String V1 = "apiextensions.k8s.io/v1";

    @Override
    public List<String> kinds() {
        return List.of("CustomResourceDefinition");
    }

    @Override
    public List<String> versions() {
        return List.of(V1, "apiextensions.k8s.io/v1beta1");
    }

    @Override
    public Optional<KubeObject> convert(KubeObject object, String to, ApiUpgrade.Notes notes) {
        if (!to.equals(V1)) {
            return notes.impossible(
                    "definitions of v1 are not written back to v1beta1; every Kubernetes since 1.16 has v1");
        }
        List<KubeObject> versions = versionsOf(object);
        if (versions.isEmpty()) {
            return notes.impossible("it names no version of its kind");
        }
        List<Object> converted = new ArrayList<>();
        versions.forEach(
                version -> converted.add(version(object, version, notes).fields()));
        KubeObject result = object.with(converted, "spec", "versions");
        for (String field :
                List.of("version", "validation", "subresources", "additionalPrinterColumns", "preserveUnknownFields")) {
            result = result.without("spec", field);
        }
        result = result.has("spec", "scope") ? result : result.with("Namespaced", "spec", "scope");
        return Optional.of(conversion(result));
    }

    private static List<KubeObject> versionsOf(KubeObject object) {
        List<KubeObject> versions = object.children("spec", "versions");
        if (versions.isEmpty() && object.text("spec", "version").isPresent()) {
            String name = object.text("spec", "version").get();
            return List.of(
                    KubeObject.of(Map.of("name", name)).with(true, "served").with(true, "storage"));
        }
        return versions;
    }

    private static KubeObject version(KubeObject definition, KubeObject version, ApiUpgrade.Notes notes) {
        KubeObject schema = version.has("schema", "openAPIV3Schema")
                ? version.child("schema", "openAPIV3Schema")
                : definition.child("spec", "validation", "openAPIV3Schema");
        boolean keepsUnknown =
                definition.find("spec", "preserveUnknownFields").orElse(true).equals(true);
        KubeObject result =
                version.with(StructuralSchema.of(schema, keepsUnknown, notes).fields(), "schema", "openAPIV3Schema");
        if (!result.has("subresources") && definition.has("spec", "subresources")) {
            result = result.with(definition.find("spec", "subresources").get(), "subresources");
        }
        List<KubeObject> columns = version.has("additionalPrinterColumns")
                ? version.children("additionalPrinterColumns")
                : definition.children("spec", "additionalPrinterColumns");
        List<Object> renamed = new ArrayList<>();
        columns.forEach(column -> renamed.add(
                column.has("JSONPath")
                        ? column.with(column.find("JSONPath").get(), "jsonPath")
                                .without("JSONPath")
                                .fields()
                        : column.fields()));
        return renamed.isEmpty() ? result : result.with(renamed, "additionalPrinterColumns");
    }

    private static KubeObject conversion(KubeObject object) {
        KubeObject conversion = object.child("spec", "conversion");
        if (conversion.text("strategy").filter("Webhook"::equals).isEmpty()) {
            return object;
        }
        Object reviews = conversion.find("conversionReviewVersions").orElse(List.of("v1beta1"));
        return object.with(
                conversion
                        .without("webhookClientConfig")
                        .without("conversionReviewVersions")
                        .with(reviews, "webhook", "conversionReviewVersions")
                        .with(conversion.find("webhookClientConfig").orElse(null), "webhook", "clientConfig")
                        .fields(),
                "spec",
                "conversion");
    }
}
