package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis.Resource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which kinds live in namespaces: what the cluster says, and what the release's own definitions say. */
final class Scopes {
    private final ServedApis apis;
    private final Set<String> newClusterKinds = new HashSet<>();
    private final Set<String> newKinds = new HashSet<>();

    private Scopes(ServedApis apis) {
        this.apis = apis;
    }

    static Scopes of(ServedApis apis, List<KubeObject> objects) {
        Scopes scopes = new Scopes(apis);
        for (KubeObject object : objects) {
            if (object.kind().equals("CustomResourceDefinition")) {
                String kind = object.text("spec", "group").orElse("") + " "
                        + object.text("spec", "names", "kind").orElse("");
                scopes.newKinds.add(kind);
                if (object.text("spec", "scope").orElse("").equals("Cluster")) {
                    scopes.newClusterKinds.add(kind);
                }
            }
        }
        return scopes;
    }

    boolean isNamespaced(KubeObject object) {
        Optional<Resource> served = apis.resource(object.apiVersion(), object.kind());
        return served.map(Resource::namespaced).orElseGet(() -> !newClusterKinds.contains(kind(object)));
    }

    /** Whether only the release itself brings the kind, so that the cluster cannot be asked about it beforehand. */
    boolean isNew(KubeObject object) {
        return apis.resource(object.apiVersion(), object.kind()).isEmpty() && newKinds.contains(kind(object));
    }

    /** The object with a namespace where its kind has one and it names none; without one where its kind has none. */
    KubeObject place(KubeObject object, String namespace) {
        if (!isNamespaced(object)) {
            return object.without("metadata", "namespace");
        }
        return object.namespace().isEmpty() ? object.with(namespace, "metadata", "namespace") : object;
    }

    private static String kind(KubeObject object) {
        return object.ref().group() + " " + object.kind();
    }
}
