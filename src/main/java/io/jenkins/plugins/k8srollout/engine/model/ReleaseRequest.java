package io.jenkins.plugins.k8srollout.engine.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything a release needs to know, parsed, without secrets. Built with {@link #builder()}.
 *
 * @param namespace where namespaced objects without a namespace of their own go; never empty
 * @param manifests the files read; empty if {@code workload} is set
 * @param workload the workload whose images alone are to be changed; empty if {@code manifests} is not empty
 * @param images replacement images by container name, or by repository as in {@code harbor.example.com/shop/web}
 * @param strategy how pods are replaced
 * @param timeout the longest the release may take, from its first change; of one in steps, the longest that each may
 * @param onFailure what happens if it does not become healthy
 * @param pullSecret name of a {@code kubernetes.io/dockerconfigjson} Secret that pods get as imagePullSecret
 * @param createNamespace whether a missing namespace is made
 * @param dryRun whether the server is only asked what would change
 * @param changeCause free text for {@code kubernetes.io/change-cause}; may be empty
 * @param variables values for {@code ${VAR}} in manifests; empty means that the text is left alone
 * @param force whether fields owned by another manager are taken over instead of reported as a conflict
 * @param awaitHealthy whether the release ends only when it is healthy or has failed; if not, it ends once it is applied
 * @param history under which name the release is kept in the cluster; empty for that of the first workload
 * @param startedBy who or what releases, for the history; may be empty
 * @param returnsTo number of the kept release that this one returns to; 0 if it does not
 * @param drain how long a Deployment's old pods go on serving those who have a session there; zero for not at all
 * @param cronJobs what becomes of CronJobs that belong to released workloads, for the length of the release
 */
public record ReleaseRequest(
        String namespace,
        List<ManifestSource> manifests,
        Optional<WorkloadRef> workload,
        Map<String, ImageReference> images,
        Strategy strategy,
        Duration timeout,
        OnFailure onFailure,
        Optional<String> pullSecret,
        boolean createNamespace,
        boolean dryRun,
        String changeCause,
        Map<String, String> variables,
        boolean force,
        boolean awaitHealthy,
        Optional<String> history,
        String startedBy,
        long returnsTo,
        Duration drain,
        CronJobs cronJobs) {
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(10);

    public ReleaseRequest {
        manifests = List.copyOf(manifests);
        images = Map.copyOf(images);
        variables = Map.copyOf(variables);
        Objects.requireNonNull(strategy, "strategy");
        Objects.requireNonNull(drain, "drain");
        Objects.requireNonNull(cronJobs, "cronJobs");
        if (!drain.isZero() && workload.isPresent()) {
            throw ReleaseException.refused(
                    "read drain",
                    drain.toString(),
                    "it is written into the manifest, and a workload is named instead of manifests",
                    "Leave it out, or release the manifests");
        }
        if (drain.isNegative() || !drain.isZero() && strategy instanceof Strategy.Recreate) {
            throw ReleaseException.refused(
                    "read drain",
                    drain.toString(),
                    drain.isNegative()
                            ? "it is negative"
                            : "with the strategy recreate new pods wait for the end of the old ones, and nobody would serve",
                    "Leave it out, or take another strategy");
        }
        history.ifPresent(HistoryName::parse);
        if (namespace.isEmpty()) {
            throw ReleaseException.refused("plan the release", "", "the namespace is missing", "Set namespace");
        }
        if (manifests.isEmpty() == workload.isEmpty()) {
            throw ReleaseException.refused(
                    "plan the release",
                    "namespace " + namespace,
                    manifests.isEmpty() ? "there is nothing to release" : "both manifests and workload are set",
                    "Set either manifests (-f), or workload together with images (--workload and --image)");
        }
        if (workload.isPresent() && images.isEmpty()) {
            throw ReleaseException.refused(
                    "plan the release", workload.get().toString(), "images is missing", "Name the new image");
        }
        if (!awaitHealthy && !dryRun && !(strategy instanceof Strategy.Rolling)) {
            throw ReleaseException.refused(
                    "plan the release",
                    "wait",
                    "somebody must lead this strategy to its end, and nobody is to wait for it",
                    "Leave out wait: false (--no-wait), or take the strategy rolling");
        }
        if (!awaitHealthy && !dryRun && cronJobs == CronJobs.SUSPEND) {
            throw ReleaseException.refused(
                    "plan the release",
                    "wait",
                    "the CronJobs are to be suspended until the release has ended, and nobody is to wait for that",
                    "Leave out wait: false (--no-wait), or set cronJobs to leave");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw ReleaseException.refused(
                    "plan the release", "timeout " + timeout, "it is not positive", "Leave it out for 10 minutes");
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Collects a request; every setter has the default of the documentation. Not thread-safe. */
    public static final class Builder {
        private String namespace = "";
        private List<ManifestSource> manifests = List.of();
        private WorkloadRef workload;
        private Map<String, ImageReference> images = Map.of();
        private Strategy strategy = new Strategy.Rolling();
        private Duration timeout = DEFAULT_TIMEOUT;
        private OnFailure onFailure = OnFailure.ROLLBACK;
        private String pullSecret;
        private boolean createNamespace;
        private boolean dryRun;
        private String changeCause = "";
        private Map<String, String> variables = Map.of();
        private boolean force;
        private boolean awaitHealthy = true;
        private String history;
        private String startedBy = "";
        private long returnsTo;
        private Duration drain = Duration.ZERO;
        private CronJobs cronJobs = CronJobs.LEAVE;

        public Builder namespace(String value) {
            namespace = value;
            return this;
        }

        public Builder manifests(List<ManifestSource> value) {
            manifests = value;
            return this;
        }

        public Builder workload(WorkloadRef value) {
            workload = value;
            return this;
        }

        public Builder images(Map<String, ImageReference> value) {
            images = value;
            return this;
        }

        public Builder strategy(Strategy value) {
            strategy = value;
            return this;
        }

        public Builder timeout(Duration value) {
            timeout = value;
            return this;
        }

        public Builder onFailure(OnFailure value) {
            onFailure = value;
            return this;
        }

        public Builder pullSecret(String value) {
            pullSecret = value;
            return this;
        }

        public Builder createNamespace(boolean value) {
            createNamespace = value;
            return this;
        }

        public Builder dryRun(boolean value) {
            dryRun = value;
            return this;
        }

        public Builder changeCause(String value) {
            changeCause = value;
            return this;
        }

        public Builder variables(Map<String, String> value) {
            variables = value;
            return this;
        }

        public Builder force(boolean value) {
            force = value;
            return this;
        }

        public Builder awaitHealthy(boolean value) {
            awaitHealthy = value;
            return this;
        }

        /** @param value null for the default */
        public Builder history(String value) {
            history = value;
            return this;
        }

        public Builder startedBy(String value) {
            startedBy = value;
            return this;
        }

        public Builder returnsTo(long value) {
            returnsTo = value;
            return this;
        }

        public Builder drain(Duration value) {
            drain = value;
            return this;
        }

        public Builder cronJobs(CronJobs value) {
            cronJobs = value;
            return this;
        }

        /** @throws ReleaseException (refused input) if the parts do not fit together */
        public ReleaseRequest build() {
            return new ReleaseRequest(
                    namespace,
                    manifests,
                    Optional.ofNullable(workload),
                    images,
                    strategy,
                    timeout,
                    onFailure,
                    Optional.ofNullable(pullSecret),
                    createNamespace,
                    dryRun,
                    changeCause,
                    variables,
                    force,
                    awaitHealthy,
                    Optional.ofNullable(history),
                    startedBy,
                    returnsTo,
                    drain,
                    cronJobs);
        }
    }
}
