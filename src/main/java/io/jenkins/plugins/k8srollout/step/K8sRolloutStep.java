package io.jenkins.plugins.k8srollout.step;

import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.Extension;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.WorkloadRef;
import io.jenkins.plugins.k8srollout.run.BuildLog;
import io.jenkins.plugins.k8srollout.run.ReleaseEntry;
import io.jenkins.plugins.k8srollout.run.ReleaseResult;
import io.jenkins.plugins.k8srollout.run.ReleaseWork;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** {@code k8sRollout}: releases manifests, or new images alone, and waits until the release is healthy. */
public final class K8sRolloutStep extends ReleaseFields {
    private static final long serialVersionUID = 1L;

    @DataBoundConstructor
    public K8sRolloutStep() {
        // every parameter is optional
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(this, context);
    }

    private static final class Execution extends EngineExecution {
        private static final long serialVersionUID = 1L;

        // Needed again after a restart: all of it until the manifests are applied, then where the cluster is.
        private final K8sRolloutStep step;
        // From the first change on, what a restart goes on with. Until all is applied it begins anew, which changes
        // nothing twice, but must know what was there before.
        private volatile String token = "";
        // The cluster's name as it was found at the beginning; null in steps of versions that did not keep it.
        private String cluster;
        private transient volatile ReleaseWork release;

        private Execution(K8sRolloutStep step, StepContext context) {
            super(context);
            this.step = step;
        }

        @Override
        protected ReleaseEntry.Kind kind() {
            return ReleaseEntry.Kind.ROLLOUT;
        }

        @Override
        protected String subject() {
            return ReleaseWork.subject(step);
        }

        @Override
        protected void work(BuildLog log) throws Exception {
            ReleaseWork work = open(log);
            follow(ReleaseWork.isApplied(token) ? work.resume(token) : work.start(manifests(), variables(), token));
        }

        /** What was applied before a restart does not stay half done because the manifests are gone. */
        @Override
        protected boolean workWithout(Throwable reason, BuildLog log) throws Exception {
            if (token.isEmpty() || ReleaseWork.isApplied(token)) {
                return false;
            }
            log.accept(new ProgressEvent.Notice(
                    Finding.Severity.WARNING,
                    "The release cannot be applied to its end after the restart: " + reason.getMessage()));
            follow(open(log).resume(token));
            return true;
        }

        private ReleaseWork open(BuildLog log) throws IOException, InterruptedException {
            if (cluster == null) {
                cluster = ReleaseWork.cluster(build(), step);
            }
            release = new ReleaseWork(build(), step, cluster, log, this::save);
            return release;
        }

        private void follow(CompletableFuture<ReleaseResult> result) {
            atEnd(() -> result.cancel(false));
            result.whenComplete(this::end);
        }

        @Override
        protected CompletionStage<Void> settled() {
            ReleaseWork running = release;
            return running == null ? super.settled() : running.settled();
        }

        private List<ManifestSource> manifests() throws IOException, InterruptedException {
            return step.getManifests().isBlank() ? List.of() : ReleaseWork.read(step, workspace());
        }

        private Map<String, String> variables() throws IOException, InterruptedException {
            return step.isSubstitute() ? getContext().get(EnvVars.class) : Map.of();
        }

        private void save(String changed) {
            token = changed;
            saveState();
        }
    }

    /** The form. */
    @Extension
    public static final class DescriptorImpl extends ReleaseStepDescriptor<K8sRolloutStep> {
        @Override
        public String getFunctionName() {
            return "k8sRollout";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.K8sRolloutStep_displayName();
        }

        @Override
        Map<String, BiConsumer<K8sRolloutStep, Map<String, String>>> maps() {
            return Map.of("images", K8sRolloutStep::setImages);
        }

        @NonNull
        @Override
        public Map<String, Object> customInstantiate(@NonNull Map<String, Object> arguments) {
            Map<String, Object> converted = super.customInstantiate(arguments);
            converted.computeIfPresent(
                    "manifests",
                    (name, value) -> value instanceof List
                            ? StepForms.texts((List<?>) value).stream().collect(Collectors.joining("\n"))
                            : value);
            return converted;
        }

        @POST
        public FormValidation doCheckImages(@AncestorInPath Item item, @QueryParameter String value) {
            return StepForms.check(
                    item, value, text -> StepForms.pairs(text).values().forEach(ImageReference::parse));
        }

        @POST
        public FormValidation doCheckWorkload(@AncestorInPath Item item, @QueryParameter String value) {
            return StepForms.check(item, value, WorkloadRef::parse);
        }

        @POST
        public ListBoxModel doFillPullSecretItems(@AncestorInPath Item item, @QueryParameter String pullSecret) {
            return StepForms.credentials(item, pullSecret, StandardUsernamePasswordCredentials.class);
        }
    }
}
