package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.List;

/** The pages of a list put together. */
final class Listing {
    private final List<KubeObject> objects = new ArrayList<>();

    /** Adds a page and returns it. The items of a list do not repeat its version and kind; here they get them. */
    KubeObject add(KubeObject page) {
        String kind = page.kind().replaceFirst("List$", "");
        for (KubeObject item : page.children("items")) {
            KubeObject slim = item.without("metadata", "managedFields");
            objects.add(item.kind().isEmpty() ? typed(slim, page.apiVersion(), kind) : slim);
        }
        return page;
    }

    private static KubeObject typed(KubeObject item, String apiVersion, String kind) {
        java.util.Map<String, Object> fields = new java.util.LinkedHashMap<>();
        fields.put("apiVersion", apiVersion);
        fields.put("kind", kind);
        fields.putAll(item.fields());
        return KubeObject.of(fields);
    }

    List<KubeObject> objects() {
        return objects;
    }
}
