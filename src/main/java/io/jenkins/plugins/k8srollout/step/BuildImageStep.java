package io.jenkins.plugins.k8srollout.step;

import static hudson.Util.fixNull;

import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.FilePath;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.k8srollout.config.KubernetesRolloutConfiguration;
import io.jenkins.plugins.k8srollout.config.RegistryTarget;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.TimeSpan;
import io.jenkins.plugins.k8srollout.run.BuildLog;
import io.jenkins.plugins.k8srollout.run.ImageWork;
import io.jenkins.plugins.k8srollout.run.ReleaseEntry;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** {@code buildImage}: builds an image from a Dockerfile on the agent and pushes it. */
public final class BuildImageStep extends ImageFields {
    private static final long serialVersionUID = 1L;

    private final String image;

    @DataBoundConstructor
    public BuildImageStep(String image) {
        this.image = fixNull(image).strip();
    }

    @Override
    public String getImage() {
        return image;
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(this, context);
    }

    private static final class Execution extends EngineExecution {
        private static final long serialVersionUID = 1L;

        // A restart builds again: same inputs make the same image, and what was pushed is found there.
        private final BuildImageStep step;

        private Execution(BuildImageStep step, StepContext context) {
            super(context);
            this.step = step;
        }

        @Override
        protected ReleaseEntry.Kind kind() {
            return ReleaseEntry.Kind.IMAGE;
        }

        @Override
        protected String subject() {
            return step.getImage();
        }

        @Override
        protected void work(BuildLog log) throws Exception {
            succeed(ImageWork.run(build(), step, workspace(), log));
        }
    }

    /** The form. */
    @Extension
    public static final class DescriptorImpl extends EngineStepDescriptor<BuildImageStep> {
        @Override
        public String getFunctionName() {
            return "buildImage";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.BuildImageStep_displayName();
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, TaskListener.class, FilePath.class);
        }

        @Override
        Set<String> lists() {
            return Set.of("tags", "platforms", "artifactLabels");
        }

        @Override
        Map<String, BiConsumer<BuildImageStep, Map<String, String>>> maps() {
            return Map.of("buildArgs", BuildImageStep::setBuildArgs, "labels", BuildImageStep::setLabels);
        }

        @POST
        public FormValidation doCheckImage(@AncestorInPath Item item, @QueryParameter String value) {
            return StepForms.mayConfigure(item) && fixNull(value).isBlank()
                    ? FormValidation.error(Messages.BuildImageStep_image())
                    : StepForms.check(item, value, ImageReference::parse);
        }

        @POST
        public ListBoxModel doFillRegistryItems(@AncestorInPath Item item, @QueryParameter String registry) {
            return StepForms.choices(
                    item,
                    registry,
                    KubernetesRolloutConfiguration.get().getRegistries().stream()
                            .map(RegistryTarget::getName));
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(@AncestorInPath Item item, @QueryParameter String credentialsId) {
            return StepForms.credentials(item, credentialsId, StandardUsernamePasswordCredentials.class);
        }

        @POST
        public ListBoxModel doFillScanItems(@AncestorInPath Item item, @QueryParameter String scan) {
            return StepForms.choices(item, scan, ImageWork.severities());
        }

        @POST
        public ListBoxModel doFillCreateProjectItems(@AncestorInPath Item item, @QueryParameter String createProject) {
            return StepForms.choices(item, createProject, ImageWork.projectCreations());
        }

        @POST
        public FormValidation doCheckScanTimeout(@AncestorInPath Item item, @QueryParameter String value) {
            return StepForms.check(item, value, text -> TimeSpan.parse("scanTimeout", text));
        }

        @POST
        public ListBoxModel doFillBuilderItems(@AncestorInPath Item item, @QueryParameter String builder) {
            return StepForms.choices(item, builder, ImageWork.builders());
        }
    }
}
