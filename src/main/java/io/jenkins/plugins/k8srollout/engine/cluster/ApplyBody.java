package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes an object fit for server-side apply. */
final class ApplyBody {
    private static final Object[] POD_TEMPLATE = {"spec", "template", "spec"};
    // Where each kind keeps its pod's spec
    private static final Map<String, Object[]> POD_SPECS = Map.of(
            "Pod", new Object[] {"spec"},
            "Deployment", POD_TEMPLATE,
            "StatefulSet", POD_TEMPLATE,
            "DaemonSet", POD_TEMPLATE,
            "ReplicaSet", POD_TEMPLATE,
            "ReplicationController", POD_TEMPLATE,
            "Job", POD_TEMPLATE,
            "CronJob", new Object[] {"spec", "jobTemplate", "spec", "template", "spec"});

    private ApplyBody() {}

    static KubeObject of(KubeObject desired) {
        return withProtocols(withoutServerFields(desired));
    }

    /**
     * What an apply must not or need not send: the server owns it, and an old {@code resourceVersion} would turn the
     * apply into a compare-and-set.
     */
    static KubeObject withoutServerFields(KubeObject object) {
        return object.without("status")
                .without("metadata", "managedFields")
                .without("metadata", "resourceVersion")
                .without("metadata", "uid")
                .without("metadata", "generation")
                .without("metadata", "creationTimestamp")
                .without("metadata", "selfLink");
    }

    /**
     * Ports get the protocol that the server would fill in. It is a key of their lists, and servers before 1.21 refuse
     * an apply that leaves a key to its default: kubernetes/kubernetes#92332.
     */
    private static KubeObject withProtocols(KubeObject object) {
        if (object.kind().equals("Service") && object.apiVersion().equals("v1")) {
            return withProtocols(object, "spec", "ports");
        }
        Object[] podSpec = POD_SPECS.get(object.kind());
        if (podSpec == null || !object.has(podSpec)) {
            return object;
        }
        KubeObject result = object;
        for (String list : List.of("containers", "initContainers")) {
            Object[] containers = join(podSpec, list);
            for (int i = 0; i < object.items(containers).size(); i++) {
                result = withProtocols(result, join(containers, i, "ports"));
            }
        }
        return result;
    }

    private static KubeObject withProtocols(KubeObject object, Object... path) {
        List<Object> ports = new ArrayList<>();
        boolean changed = false;
        for (Object port : object.items(path)) {
            boolean bare = port instanceof Map && !((Map<?, ?>) port).containsKey("protocol");
            changed |= bare;
            ports.add(bare ? withTcp((Map<?, ?>) port) : port);
        }
        return changed ? object.with(ports, path) : object;
    }

    private static Map<Object, Object> withTcp(Map<?, ?> port) {
        Map<Object, Object> copy = new LinkedHashMap<>(port);
        copy.put("protocol", "TCP");
        return copy;
    }

    private static Object[] join(Object[] path, Object... more) {
        Object[] joined = java.util.Arrays.copyOf(path, path.length + more.length);
        System.arraycopy(more, 0, joined, path.length, more.length);
        return joined;
    }
}
