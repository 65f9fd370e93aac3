package io.jenkins.plugins.k8srollout.step;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Item;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.k8srollout.run.AffinityResult;
import io.jenkins.plugins.k8srollout.run.AffinityWork;
import io.jenkins.plugins.k8srollout.run.BuildLog;
import io.jenkins.plugins.k8srollout.run.ReleaseEntry;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** {@code configureIngressAffinity}: keeps a user's requests on one pod. */
public final class ConfigureIngressAffinityStep extends AffinityFields {
    private static final long serialVersionUID = 1L;

    @DataBoundConstructor
    public ConfigureIngressAffinityStep() {
        // every parameter is optional
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(this, context);
    }

    private static final class Execution extends EngineExecution {
        private static final long serialVersionUID = 1L;

        // A restart does it all again: settings that are there already change nothing.
        private final ConfigureIngressAffinityStep step;

        private Execution(ConfigureIngressAffinityStep step, StepContext context) {
            super(context);
            this.step = step;
        }

        @Override
        protected ReleaseEntry.Kind kind() {
            return ReleaseEntry.Kind.AFFINITY;
        }

        @Override
        protected String subject() {
            return AffinityWork.subject(step);
        }

        @Override
        protected void work(BuildLog log) throws Exception {
            CompletableFuture<AffinityResult> result = AffinityWork.start(build(), step, log);
            atEnd(() -> result.cancel(false));
            result.whenComplete(this::end);
        }
    }

    /** The form. */
    @Extension
    public static final class DescriptorImpl extends ClusterStepDescriptor<ConfigureIngressAffinityStep> {
        @Override
        public String getFunctionName() {
            return "configureIngressAffinity";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.ConfigureIngressAffinityStep_displayName();
        }

        @POST
        public ListBoxModel doFillModeItems(@AncestorInPath Item item, @QueryParameter String mode) {
            return StepForms.choices(item, mode, Stream.of("balanced", "persistent"));
        }

        @POST
        public ListBoxModel doFillSameSiteItems(@AncestorInPath Item item, @QueryParameter String sameSite) {
            return StepForms.choices(item, sameSite, Stream.of("None", "Lax", "Strict"));
        }

        @POST
        public ListBoxModel doFillSecureItems(@AncestorInPath Item item, @QueryParameter String secure) {
            return StepForms.choices(item, secure, Stream.of("true", "false"));
        }

        @POST
        public ListBoxModel doFillChangeOnFailureItems(
                @AncestorInPath Item item, @QueryParameter String changeOnFailure) {
            return StepForms.choices(item, changeOnFailure, Stream.of("true", "false"));
        }

        @POST
        public ListBoxModel doFillCanaryItems(@AncestorInPath Item item, @QueryParameter String canary) {
            return StepForms.choices(item, canary, Stream.of("sticky", "legacy"));
        }

        @POST
        public ListBoxModel doFillControllerItems(@AncestorInPath Item item, @QueryParameter String controller) {
            return StepForms.choices(item, controller, AffinityWork.controllers());
        }
    }
}
