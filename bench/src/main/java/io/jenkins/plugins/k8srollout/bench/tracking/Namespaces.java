package io.jenkins.plugins.k8srollout.bench.tracking;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Namespaces of one run, deleted at its end. */
final class Namespaces implements AutoCloseable {
    private final ApiServer server;
    private final String prefix;
    private final List<String> made = new ArrayList<>();

    Namespaces(ApiServer server, String prefix) {
        this.server = server;
        this.prefix = prefix;
    }

    String make(String suffix) throws IOException {
        String name = prefix + "-" + suffix;
        server.apply(
                "/api/v1/namespaces/" + name,
                "{apiVersion: v1, kind: Namespace, metadata: {name: " + name
                        + ", labels: {app.kubernetes.io/managed-by: kubernetes-rollout-bench}}}");
        made.add(name);
        return name;
    }

    @Override
    public void close() throws IOException {
        for (String name : made) {
            server.send("DELETE", "/api/v1/namespaces/" + name, "application/json", "");
        }
    }
}
