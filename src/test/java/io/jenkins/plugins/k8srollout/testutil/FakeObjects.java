package io.jenkins.plugins.k8srollout.testutil;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What {@link FakeCluster} knows of objects: selection, merging, served kinds; and a reader for YAML in tests. */
public final class FakeObjects {
    private static final Set<String> CLUSTER_SCOPED = Set.of(
            "Namespace",
            "PersistentVolume",
            "ClusterRole",
            "ClusterRoleBinding",
            "IngressClass",
            "StorageClass",
            "PriorityClass",
            "CustomResourceDefinition");
    private static final List<String> KINDS = List.of(
            "v1 Namespace",
            "v1 ConfigMap",
            "v1 Secret",
            "v1 Service",
            "v1 ServiceAccount",
            "v1 Pod",
            "v1 Event",
            "v1 Endpoints",
            "v1 PersistentVolumeClaim",
            "v1 PersistentVolume",
            "v1 ResourceQuota",
            "v1 LimitRange",
            "apps/v1 Deployment",
            "apps/v1 StatefulSet",
            "apps/v1 DaemonSet",
            "apps/v1 ReplicaSet",
            "apps/v1 ControllerRevision",
            "batch/v1 Job",
            "batch/v1 CronJob",
            "autoscaling/v2 HorizontalPodAutoscaler",
            "policy/v1 PodDisruptionBudget",
            "networking.k8s.io/v1 Ingress",
            "networking.k8s.io/v1 IngressClass",
            "discovery.k8s.io/v1 EndpointSlice",
            "coordination.k8s.io/v1 Lease",
            "storage.k8s.io/v1 StorageClass",
            "scheduling.k8s.io/v1 PriorityClass",
            "rbac.authorization.k8s.io/v1 Role",
            "rbac.authorization.k8s.io/v1 RoleBinding",
            "rbac.authorization.k8s.io/v1 ClusterRole",
            "rbac.authorization.k8s.io/v1 ClusterRoleBinding",
            "apiextensions.k8s.io/v1 CustomResourceDefinition",
            "gateway.networking.k8s.io/v1 HTTPRoute",
            "traefik.io/v1alpha1 IngressRoute",
            "traefik.io/v1alpha1 TraefikService");
    private static final Pattern REQUIREMENT = Pattern.compile(
            "\\s*(!)?([^\\s=!,()]+)\\s*(?:(==?|!=)\\s*([^,()]*)|(in|notin)\\s*\\(([^)]*)\\))?\\s*(?:,|$)");

    private FakeObjects() {}

    /** Reads every document of a YAML text. */
    public static List<KubeObject> parseAll(String yaml) {
        List<KubeObject> found = new ArrayList<>();
        for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml)) {
            if (document instanceof Map) {
                found.add(KubeObject.of((Map<?, ?>) plain(document)));
            }
        }
        return found;
    }

    /** Reads a YAML text of one document. */
    public static KubeObject parse(String yaml) {
        return parseAll(yaml).get(0);
    }

    /** Its version, kind and metadata only. */
    static KubeObject metadata(KubeObject object) {
        return KubeObject.of(
                Map.of("apiVersion", object.apiVersion(), "kind", object.kind(), "metadata", object.child("metadata")));
    }

    /** Times as text, as JSON has them; YAML would make them dates. */
    static Object plain(Object value) {
        if (value instanceof Map) {
            Map<String, Object> copy = new LinkedHashMap<>();
            ((Map<?, ?>) value).forEach((k, v) -> copy.put(String.valueOf(k), plain(v)));
            return copy;
        }
        if (value instanceof List) {
            List<Object> copy = new ArrayList<>();
            ((List<?>) value).forEach(v -> copy.add(plain(v)));
            return copy;
        }
        return value instanceof java.util.Date
                ? ((java.util.Date) value)
                        .toInstant()
                        .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                        .toString()
                : value;
    }

    static ServedApis apis(String serverVersion) {
        return new ServedApis(
                serverVersion,
                KINDS.stream()
                        .map(line -> line.split(" "))
                        .map(p -> new Resource(p[0], p[1], plural(p[1]), !CLUSTER_SCOPED.contains(p[1])))
                        .toList());
    }

    private static String plural(String kind) {
        String lower = kind.toLowerCase(Locale.ROOT);
        if (lower.endsWith("endpoints")) {
            return lower;
        }
        return lower.endsWith("s") ? lower + "es" : lower.endsWith("y") ? lower.replaceAll("y$", "ies") : lower + "s";
    }

    static boolean selects(Selection selection, KubeObject object) {
        return selection.kind().equals(object.kind())
                && ObjectRef.groupOf(selection.apiVersion()).equals(ObjectRef.groupOf(object.apiVersion()))
                && (selection.namespace().isEmpty() || selection.namespace().equals(object.namespace()))
                && matches(selection.labelSelector(), object.labels())
                && fieldsMatch(selection.fieldSelector(), object);
    }

    private static boolean matches(String selector, Map<String, String> labels) {
        Matcher matcher = REQUIREMENT.matcher(selector);
        while (!selector.isBlank() && matcher.find()) {
            if (!meets(matcher, labels)) {
                return false;
            }
        }
        return true;
    }

    private static boolean meets(Matcher requirement, Map<String, String> labels) {
        String value = labels.get(requirement.group(2));
        if (requirement.group(3) != null) {
            return requirement.group(3).equals("!=")
                    != requirement.group(4).strip().equals(value);
        }
        if (requirement.group(5) != null) {
            boolean listed = value != null
                    && List.of(requirement.group(6).strip().split("\\s*,\\s*")).contains(value);
            return requirement.group(5).equals("in") == listed;
        }
        return (value == null) == (requirement.group(1) != null);
    }

    private static boolean fieldsMatch(String selector, KubeObject object) {
        for (String term : selector.isBlank() ? new String[0] : selector.split(",")) {
            String[] sides = term.split("==?", 2);
            if (!object.text((Object[]) sides[0].strip().split("\\."))
                    .orElse("")
                    .equals(sides[1].strip())) {
                return false;
            }
        }
        return true;
    }

    /** A merge of maps, lists replaced as a whole; {@code nullRemoves} as in RFC 7386. */
    static KubeObject merged(KubeObject base, KubeObject change, boolean nullRemoves) {
        Map<String, Object> copy = base.toMap();
        merge(copy, change.fields(), nullRemoves);
        return KubeObject.of(copy);
    }

    @SuppressWarnings("unchecked") // the maps of a KubeObject have text keys
    private static void merge(Map<String, Object> into, Map<String, Object> change, boolean nullRemoves) {
        change.forEach((key, value) -> {
            if (value == null && nullRemoves) {
                into.remove(key);
            } else if (value instanceof Map) {
                Object present = into.get(key);
                Map<String, Object> inner =
                        present instanceof Map ? (Map<String, Object>) present : new LinkedHashMap<>();
                merge(inner, (Map<String, Object>) value, nullRemoves);
                into.put(key, inner);
            } else {
                into.put(key, value);
            }
        });
    }

    /** An object without the fields that an earlier apply had set and the next one leaves out. */
    static KubeObject without(KubeObject object, KubeObject earlier, KubeObject next) {
        KubeObject left = object;
        for (Map.Entry<String, Object> field : earlier.fields().entrySet()) {
            String key = field.getKey();
            if (!next.has(key)) {
                left = left.without(key);
            } else if (field.getValue() instanceof Map && left.has(key)) {
                KubeObject inner = without(left.child(key), earlier.child(key), next.child(key));
                left = left.with(inner.fields(), key);
            }
        }
        return left;
    }

    /** What a user asked for: all but the status and what the server keeps in metadata. */
    static KubeObject spec(KubeObject object) {
        return object.without("status").without("metadata");
    }
}
