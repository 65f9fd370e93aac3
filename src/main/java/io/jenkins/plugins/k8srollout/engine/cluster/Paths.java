package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.model.ServedApis.Resource;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Request paths of the Kubernetes API. Names are encoded, so that none can lead to another path. */
final class Paths {
    private Paths() {}

    static String collection(Resource resource, String namespace) {
        String scope = resource.namespaced() && !namespace.isEmpty() ? "/namespaces/" + segment(namespace) : "";
        return Discovery.base(resource.apiVersion()) + scope + "/" + resource.plural();
    }

    static String object(Resource resource, String namespace, String name) {
        return collection(resource, namespace) + "/" + segment(name);
    }

    static String segment(String name) {
        String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        return encoded.equals(".") || encoded.equals("..") ? encoded.replace(".", "%2E") : encoded;
    }
}
