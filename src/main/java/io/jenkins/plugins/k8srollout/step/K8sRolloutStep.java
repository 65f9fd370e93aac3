package io.jenkins.plugins.k8srollout.step;

import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.Extension;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.WorkloadRef;
import io.jenkins.plugins.k8srollout.run.ReleaseEntry;
import io.jenkins.plugins.k8srollout.run.ReleaseResult;
import io.jenkins.plugins.k8srollout.run.ReleaseWork;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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

    private static final class Execution extends ReleaseExecution {
        private static final long serialVersionUID = 1L;

        // Needed again after a restart: all of it until the manifests are applied, then where the cluster is.
        private final K8sRolloutStep step;

        private Execution(K8sRolloutStep step, StepContext context) {
            super(step, context);
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
        protected CompletableFuture<ReleaseResult> begin(ReleaseWork work, String earlier) throws Exception {
            return work.start(step, manifests(), variables(), earlier);
        }

        private List<ManifestSource> manifests() throws IOException, InterruptedException {
            return step.getManifests().isBlank() ? List.of() : ReleaseWork.read(step, workspace());
        }

        private Map<String, String> variables() throws IOException, InterruptedException {
            return step.isSubstitute() ? getContext().get(EnvVars.class) : Map.of();
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
