package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.AccessRight;
import io.jenkins.plugins.k8srollout.engine.manifest.YamlText;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a cluster says to somebody who wants to release there: who one is, and which rights are missing for which work.
 * Holds no secrets.
 *
 * @param address the API server's
 * @param version of Kubernetes
 * @param identity the user that the credentials stand for; empty where the server does not tell
 * @param namespace where the rights were asked for
 * @param work each piece of work with what is missing for it
 */
public record ConnectionReport(
        String address, String version, Optional<String> identity, String namespace, List<Work> work) {
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";
    private static final String RBAC = "rbac.authorization.k8s.io";
    private static final String NAME = "kubernetes-rollout";
    private static final int PARTS_OF_ACCOUNT = 4;

    /**
     * One piece of work.
     *
     * @param name as the command line calls it: {@code rollout}
     * @param optional whether releases do without it, unless they ask for it
     * @param missing the rights it lacks; empty if it can be done
     */
    public record Work(String name, boolean optional, List<AccessRight> missing) {
        public Work {
            missing = List.copyOf(missing);
        }

        public boolean isPossible() {
            return missing.isEmpty();
        }

        /** As in {@code patch deployments, get pods/log}; empty text if nothing is missing. */
        public String missingWords() {
            return String.join(
                    ", ",
                    missing.stream().map(r -> r.verb() + " " + r.resource()).toList());
        }
    }

    public ConnectionReport {
        work = List.copyOf(work);
    }

    /**
     * Asks the server, which takes a few requests; changes nothing. Blocks.
     *
     * @throws io.jenkins.plugins.k8srollout.engine.model.ReleaseException as {@link ClusterPort} says
     */
    public static ConnectionReport of(ClusterPort port, String namespace) {
        String version = port.apis().serverVersion();
        Optional<String> identity = port.identity();
        return new ConnectionReport(
                port.address(),
                version,
                identity,
                namespace,
                List.of(
                        work(port, "rollout", false, RequiredRights.toRollOut(namespace)),
                        work(port, "wait", false, RequiredRights.toWait(namespace)),
                        work(port, "affinity", false, RequiredRights.toSetAffinity(namespace)),
                        work(port, "history", true, RequiredRights.toKeepHistory(namespace)),
                        work(port, "create-namespace", true, RequiredRights.toCreateNamespace())));
    }

    private static Work work(ClusterPort port, String name, boolean optional, List<AccessRight> needed) {
        return new Work(name, optional, port.missingRights(needed));
    }

    /** Whether everything can be done that a release does unasked. */
    public boolean isComplete() {
        return work.stream().allMatch(w -> w.optional() || w.isPossible());
    }

    /**
     * What an administrator applies to grant all that is missing: roles, and their bindings where the identity is known.
     *
     * @return empty text if nothing is missing that a release needs unasked
     */
    public String grantYaml() {
        Set<AccessRight> missing = new LinkedHashSet<>();
        work.stream().filter(w -> !w.optional()).forEach(w -> missing.addAll(w.missing()));
        if (missing.isEmpty()) {
            return "";
        }
        StringJoiner documents = new StringJoiner("---\n");
        documents.add(RequiredRights.roleYaml(List.copyOf(missing)));
        Set<String> namespaces = new TreeSet<>();
        missing.forEach(right -> namespaces.add(right.namespace()));
        identity.ifPresent(user -> namespaces.forEach(n -> documents.add(YamlText.write(binding(n, user)))));
        return documents.toString();
    }

    private static KubeObject binding(String in, String user) {
        String role = in.isEmpty() ? "ClusterRole" : "Role";
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", NAME);
        if (!in.isEmpty()) {
            metadata.put("namespace", in);
        }
        Map<String, Object> binding = new LinkedHashMap<>();
        binding.put("apiVersion", RBAC + "/v1");
        binding.put("kind", role + "Binding");
        binding.put("metadata", metadata);
        binding.put("roleRef", sorted(Map.of("apiGroup", RBAC, "kind", role, "name", NAME)));
        binding.put("subjects", List.of(sorted(subject(user))));
        return KubeObject.of(binding);
    }

    private static Map<String, Object> subject(String user) {
        String[] parts = user.split(":");
        return user.startsWith(SERVICE_ACCOUNT) && parts.length == PARTS_OF_ACCOUNT
                ? Map.of("kind", "ServiceAccount", "name", parts[3], "namespace", parts[2])
                : Map.of("apiGroup", RBAC, "kind", "User", "name", user);
    }

    // The same question has the same answer, letter by letter.
    private static Map<String, Object> sorted(Map<String, Object> fields) {
        return new TreeMap<>(fields);
    }
}
