package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.AccessRight;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Which rights a piece of work needs in a namespace, and the Role that grants them. Pure. */
public final class RequiredRights {
    private static final List<String> FOLLOW = List.of("get", "list", "watch");
    private static final List<String> CHANGE = List.of("get", "create", "patch");
    private static final int MARK = 8;

    private RequiredRights() {}

    /**
     * What is needed to apply the usual kinds, follow them and return them to their previous revision. Custom resources
     * need the same on theirs; {@link RightsCheck} asks for exactly what one release needs.
     */
    public static List<AccessRight> toRollOut(String namespace) {
        List<AccessRight> rights = new ArrayList<>(toWait(namespace));
        add(rights, CHANGE, "", namespace, "configmaps", "secrets", "serviceaccounts", "services");
        add(rights, CHANGE, "", namespace, "persistentvolumeclaims");
        add(rights, CHANGE, "apps", namespace, "deployments", "statefulsets", "daemonsets");
        add(rights, CHANGE, "batch", namespace, "jobs", "cronjobs");
        add(rights, CHANGE, "networking.k8s.io", namespace, "ingresses");
        add(rights, CHANGE, "autoscaling", namespace, "horizontalpodautoscalers");
        add(rights, CHANGE, "policy", namespace, "poddisruptionbudgets");
        add(rights, List.of("get", "list"), "apps", namespace, "controllerrevisions");
        add(rights, List.of("delete"), "", namespace, "pods"); // a StatefulSet does not replace a pod that never ran
        return List.copyOf(new LinkedHashSet<>(rights));
    }

    /** What is needed to wait for health and to explain its lack. */
    public static List<AccessRight> toWait(String namespace) {
        List<AccessRight> rights = new ArrayList<>();
        add(rights, FOLLOW, "apps", namespace, "deployments", "replicasets", "statefulsets", "daemonsets");
        add(rights, FOLLOW, "batch", namespace, "jobs", "cronjobs");
        add(rights, FOLLOW, "", namespace, "pods", "events", "persistentvolumeclaims", "services");
        add(rights, FOLLOW, "networking.k8s.io", namespace, "ingresses");
        add(rights, FOLLOW, "autoscaling", namespace, "horizontalpodautoscalers");
        add(rights, FOLLOW, "policy", namespace, "poddisruptionbudgets");
        add(rights, List.of("list", "watch"), "discovery.k8s.io", namespace, "endpointslices");
        add(rights, List.of("get"), "", namespace, "pods/log");
        return List.copyOf(rights);
    }

    /**
     * What is needed to keep releases in the cluster, list them and return to them. Only releases that may wait for an
     * answer need it.
     */
    public static List<AccessRight> toKeepHistory(String namespace) {
        List<AccessRight> rights = new ArrayList<>();
        add(rights, List.of("get", "list", "watch", "create", "patch", "delete"), "", namespace, "secrets");
        return List.copyOf(rights);
    }

    /** What is needed to set affinity; the classes are cluster-wide. */
    public static List<AccessRight> toSetAffinity(String namespace) {
        List<AccessRight> rights = new ArrayList<>();
        add(rights, List.of("list", "patch"), "networking.k8s.io", namespace, "ingresses");
        add(rights, List.of("get", "patch"), "", namespace, "services");
        add(rights, List.of("list"), "networking.k8s.io", "", "ingressclasses");
        return List.copyOf(rights);
    }

    /** What {@code createNamespace} needs besides; namespaces are cluster-wide. */
    public static List<AccessRight> toCreateNamespace() {
        List<AccessRight> rights = new ArrayList<>();
        add(rights, CHANGE, "", "", "namespaces");
        return List.copyOf(rights);
    }

    /** What is needed to make agent pods, to follow them and to remove them. */
    public static List<AccessRight> toRunAgents(String namespace) {
        List<AccessRight> rights = new ArrayList<>();
        add(rights, List.of("create", "get", "list", "watch", "delete"), "", namespace, "pods");
        add(rights, List.of("create"), "", namespace, "secrets");
        return List.copyOf(rights);
    }

    /** What is needed to say why an agent pod does not start; agents that do start need none of it. */
    public static List<AccessRight> toExplainAgents(String namespace) {
        List<AccessRight> rights = new ArrayList<>();
        add(rights, List.of("list", "watch"), "", namespace, "events");
        add(rights, List.of("get"), "", namespace, "pods/log");
        return List.copyOf(rights);
    }

    /** What is needed to remove agent pods that nobody knows any more; without it they stay. */
    public static List<AccessRight> toRemoveOrphans(String namespace) {
        List<AccessRight> rights = new ArrayList<>();
        add(rights, CHANGE, "coordination.k8s.io", namespace, "leases");
        return List.copyOf(rights);
    }

    private static void add(
            List<AccessRight> rights, List<String> verbs, String group, String namespace, String... resources) {
        for (String resource : resources) {
            verbs.forEach(verb -> rights.add(new AccessRight(verb, group, resource, namespace)));
        }
    }

    /**
     * A role to be granted besides others, as {@link #roleYaml(String, List)}. Its name tells it from all roles of other
     * rights: applying one of the same name would take away what that one granted.
     */
    public static String additionYaml(List<AccessRight> rights) {
        String content = rights.stream().map(AccessRight::toString).sorted().collect(Collectors.joining());
        String mark =
                ImageDigest.of(content.getBytes(StandardCharsets.UTF_8)).hex().substring(0, MARK);
        return roleYaml("kubernetes-rollout-" + mark, rights);
    }

    /**
     * The Role, and the ClusterRole where cluster-wide rights are among them, as YAML to be applied by an administrator.
     *
     * @param name of both
     * @param rights what to grant; resources with the same group and verbs share a rule
     */
    public static String roleYaml(String name, List<AccessRight> rights) {
        Map<String, List<AccessRight>> byNamespace = new TreeMap<>();
        rights.forEach(r -> byNamespace
                .computeIfAbsent(r.namespace(), n -> new ArrayList<>())
                .add(r));
        StringJoiner documents = new StringJoiner("---\n");
        byNamespace.forEach((namespace, some) -> documents.add(role(name, namespace, some)));
        return documents.toString();
    }

    private static String role(String name, String namespace, List<AccessRight> rights) {
        StringBuilder yaml = new StringBuilder("apiVersion: rbac.authorization.k8s.io/v1\n");
        yaml.append(namespace.isEmpty() ? "kind: ClusterRole\n" : "kind: Role\n");
        yaml.append("metadata:\n  name: ").append(name).append('\n');
        if (!namespace.isEmpty()) {
            yaml.append("  namespace: ").append(namespace).append('\n');
        }
        yaml.append("rules:\n");
        rules(rights).forEach((rule, resources) -> {
            yaml.append("  - apiGroups: [\"").append(rule.group()).append("\"]\n");
            yaml.append("    resources: [").append(String.join(", ", resources)).append("]\n");
            yaml.append("    verbs: [").append(String.join(", ", rule.verbs())).append("]\n");
        });
        return yaml.toString();
    }

    private record Rule(String group, Set<String> verbs) {}

    private static Map<Rule, Set<String>> rules(List<AccessRight> rights) {
        Map<List<String>, Set<String>> verbs = new LinkedHashMap<>();
        rights.forEach(r -> verbs.computeIfAbsent(List.of(r.group(), r.resource()), k -> new LinkedHashSet<>())
                .add(r.verb()));
        Map<Rule, Set<String>> rules = new LinkedHashMap<>();
        verbs.forEach((place, some) -> rules.computeIfAbsent(new Rule(place.get(0), some), k -> new LinkedHashSet<>())
                .add(place.get(1)));
        return rules;
    }
}
