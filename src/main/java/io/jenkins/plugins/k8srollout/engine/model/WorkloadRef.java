package io.jenkins.plugins.k8srollout.engine.model;

import java.io.Serializable;
import java.util.Locale;
import java.util.Map;

/**
 * A workload as users write it, {@code deployment/web}.
 *
 * @param kind the Kubernetes kind
 * @param name the object's name
 */
public record WorkloadRef(Kind kind, String name) implements Serializable {

    /** The kinds whose health the engine follows down to their pods. */
    public enum Kind {
        DEPLOYMENT("apps/v1", "Deployment"),
        STATEFUL_SET("apps/v1", "StatefulSet"),
        DAEMON_SET("apps/v1", "DaemonSet"),
        JOB("batch/v1", "Job");

        private final String apiVersion;
        private final String kubernetesKind;

        Kind(String apiVersion, String kubernetesKind) {
            this.apiVersion = apiVersion;
            this.kubernetesKind = kubernetesKind;
        }

        public String apiVersion() {
            return apiVersion;
        }

        public String kubernetesKind() {
            return kubernetesKind;
        }
    }

    // The short names are kubectl's.
    private static final Map<String, Kind> WORDS = Map.ofEntries(
            Map.entry("deployment", Kind.DEPLOYMENT),
            Map.entry("deployments", Kind.DEPLOYMENT),
            Map.entry("deploy", Kind.DEPLOYMENT),
            Map.entry("statefulset", Kind.STATEFUL_SET),
            Map.entry("statefulsets", Kind.STATEFUL_SET),
            Map.entry("sts", Kind.STATEFUL_SET),
            Map.entry("daemonset", Kind.DAEMON_SET),
            Map.entry("daemonsets", Kind.DAEMON_SET),
            Map.entry("ds", Kind.DAEMON_SET),
            Map.entry("job", Kind.JOB),
            Map.entry("jobs", Kind.JOB));

    /**
     * Reads {@code kind/name}, the kind in any of kubectl's spellings.
     *
     * @throws ReleaseException (refused input) for another kind or a missing name
     */
    public static WorkloadRef parse(String text) {
        int slash = text.indexOf('/');
        Kind kind = slash < 0 ? null : WORDS.get(text.substring(0, slash).toLowerCase(Locale.ROOT));
        if (kind == null || slash == text.length() - 1 || text.indexOf('/', slash + 1) >= 0) {
            throw ReleaseException.refused(
                    "read a workload",
                    text,
                    "it is not of the form kind/name with a known kind",
                    "Write for example deployment/web",
                    "deployment",
                    "statefulset",
                    "daemonset",
                    "job");
        }
        return new WorkloadRef(kind, text.substring(slash + 1));
    }

    public ObjectRef in(String namespace) {
        return new ObjectRef(kind.apiVersion(), kind.kubernetesKind(), namespace, name);
    }

    @Override
    public String toString() {
        return kind.kubernetesKind().toLowerCase(Locale.ROOT) + "/" + name;
    }
}
