package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.AccessRight;
import io.jenkins.plugins.k8srollout.engine.manifest.YamlText;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a cluster says to somebody who wants to release there, or to run agents: who one is, and which rights are missing
 * for which work. Holds no secrets.
 *
 * @param address the API server's
 * @param version of Kubernetes
 * @param identity the user that the credentials stand for; empty where the server does not tell
 * @param namespace where the rights were asked for
 * @param role name of the role that grants what is missing
 * @param work each piece of work with what is missing for it
 */
public record ConnectionReport(
        String address, String version, Optional<String> identity, String namespace, String role, List<Work> work) {
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";
    private static final String RBAC = "rbac.authorization.k8s.io";
    private static final String RELEASES = "kubernetes-rollout";
    private static final String AGENTS = "kubernetes-rollout-agents";
    private static final int PARTS_OF_ACCOUNT = 4;

    /**
     * One piece of work.
     *
     * @param name as the command line calls it: {@code rollout}
     * @param optional whether releases do without it, unless they ask for it
     * @param needed all rights it takes
     * @param missing those of them it lacks; empty if it can be done
     */
    public record Work(String name, boolean optional, List<AccessRight> needed, List<AccessRight> missing) {
        public Work {
            needed = List.copyOf(needed);
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
     * Asks the server about releases, which takes a few requests; changes nothing. Blocks.
     *
     * @throws io.jenkins.plugins.k8srollout.engine.model.ReleaseException as {@link ClusterPort} says
     */
    public static ConnectionReport of(ClusterPort port, String namespace) {
        return ask(
                port,
                namespace,
                RELEASES,
                work("rollout", false, RequiredRights.toRollOut(namespace)),
                work("wait", false, RequiredRights.toWait(namespace)),
                work("affinity", false, RequiredRights.toSetAffinity(namespace)),
                work("history", true, RequiredRights.toKeepHistory(namespace)),
                work("create-namespace", true, RequiredRights.toCreateNamespace()));
    }

    /** As {@link #of}, about agent pods. */
    public static ConnectionReport ofAgents(ClusterPort port, String namespace) {
        return ask(
                port,
                namespace,
                AGENTS,
                work("agents", false, RequiredRights.toRunAgents(namespace)),
                work("agent-reasons", false, RequiredRights.toExplainAgents(namespace)),
                work("agent-orphans", false, RequiredRights.toRemoveOrphans(namespace)));
    }

    private static ConnectionReport ask(ClusterPort port, String namespace, String role, Work... planned) {
        String version = port.apis().serverVersion();
        Optional<String> identity = port.identity();
        List<Work> asked = Arrays.stream(planned)
                .map(w -> new Work(w.name(), w.optional(), w.needed(), port.missingRights(w.needed())))
                .toList();
        return new ConnectionReport(port.address(), version, identity, namespace, role, asked);
    }

    private static Work work(String name, boolean optional, List<AccessRight> needed) {
        return new Work(name, optional, needed, List.of());
    }

    /** Whether everything can be done that is not optional. */
    public boolean isComplete() {
        return required().allMatch(Work::isPossible);
    }

    /**
     * What an administrator applies to grant all that is missing: roles, and their bindings where the identity is known. A
     * role is whole, because it replaces one of its name that was granted earlier.
     *
     * @return empty text if nothing is missing that is not optional
     */
    public String grantYaml() {
        Set<String> namespaces = new TreeSet<>();
        required().forEach(w -> w.missing().forEach(right -> namespaces.add(right.namespace())));
        if (namespaces.isEmpty()) {
            return "";
        }
        Set<AccessRight> granted = new LinkedHashSet<>();
        required().forEach(w -> w.needed().stream()
                .filter(right -> namespaces.contains(right.namespace()))
                .forEach(granted::add));
        StringJoiner documents = new StringJoiner("---\n");
        documents.add(RequiredRights.roleYaml(role, List.copyOf(granted)));
        identity.ifPresent(user -> namespaces.forEach(n -> documents.add(YamlText.write(binding(n, user)))));
        return documents.toString();
    }

    private Stream<Work> required() {
        return work.stream().filter(w -> !w.optional());
    }

    private KubeObject binding(String in, String user) {
        String kind = in.isEmpty() ? "ClusterRole" : "Role";
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", role);
        if (!in.isEmpty()) {
            metadata.put("namespace", in);
        }
        Map<String, Object> binding = new LinkedHashMap<>();
        binding.put("apiVersion", RBAC + "/v1");
        binding.put("kind", kind + "Binding");
        binding.put("metadata", metadata);
        binding.put("roleRef", sorted(Map.of("apiGroup", RBAC, "kind", kind, "name", role)));
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
