package io.jenkins.plugins.k8srollout.step;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.k8srollout.engine.model.TimeSpan;
import io.jenkins.plugins.k8srollout.engine.model.WorkloadRef;
import io.jenkins.plugins.k8srollout.run.BuildLog;
import io.jenkins.plugins.k8srollout.run.HealthResult;
import io.jenkins.plugins.k8srollout.run.HealthWork;
import io.jenkins.plugins.k8srollout.run.ReleaseEntry;
import io.jenkins.plugins.k8srollout.run.Released;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** {@code waitHealthy}: waits until a release is healthy, or until it is certain that it will not be. */
public final class WaitHealthyStep extends WaitFields {
    private static final long serialVersionUID = 1L;

    @DataBoundConstructor
    public WaitHealthyStep() {
        // every parameter is optional
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(this, context);
    }

    private static final class Execution extends EngineExecution {
        private static final long serialVersionUID = 1L;

        // Needed again if Jenkins restarts before the wait has begun.
        private final WaitHealthyStep step;
        // What is waited for and until when, so that a resumed wait gains no time.
        private String cluster = "";
        private String wait = "";

        private Execution(WaitHealthyStep step, StepContext context) {
            super(context);
            this.step = step;
        }

        @Override
        protected ReleaseEntry.Kind kind() {
            return ReleaseEntry.Kind.WAIT;
        }

        @Override
        protected String subject() {
            return HealthWork.subject(step);
        }

        @Override
        protected void work(BuildLog log) throws Exception {
            if (wait.isEmpty()) {
                Released prepared = HealthWork.prepare(build(), step);
                cluster = prepared.cluster();
                wait = prepared.targets();
                getContext().saveState();
            }
            CompletableFuture<HealthResult> result = HealthWork.start(build(), cluster, wait, log);
            atEnd(() -> result.cancel(false));
            result.whenComplete(this::end);
        }
    }

    /** The form. */
    @Extension
    public static final class DescriptorImpl extends ClusterStepDescriptor<WaitHealthyStep> {
        @Override
        public String getFunctionName() {
            return "waitHealthy";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.WaitHealthyStep_displayName();
        }

        @Override
        Set<String> lists() {
            return Set.of("workloads");
        }

        @POST
        public FormValidation doCheckWorkloads(@AncestorInPath Item item, @QueryParameter String value) {
            return StepForms.check(item, value, text -> StepForms.entries(text).forEach(WorkloadRef::parse));
        }

        @POST
        public FormValidation doCheckTimeout(@AncestorInPath Item item, @QueryParameter String value) {
            return StepForms.check(item, value, text -> TimeSpan.parse("timeout", text));
        }

        @POST
        public FormValidation doCheckStableFor(@AncestorInPath Item item, @QueryParameter String value) {
            return StepForms.check(item, value, text -> TimeSpan.parse("stableFor", text));
        }
    }
}
