package io.jenkins.plugins.k8srollout.step;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import io.jenkins.plugins.k8srollout.run.ReleaseEntry;
import io.jenkins.plugins.k8srollout.run.ReleaseResult;
import io.jenkins.plugins.k8srollout.run.ReleaseWork;
import java.util.concurrent.CompletableFuture;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code k8sRollback}: releases what an earlier release has released, pods and configuration. */
public final class K8sRollbackStep extends ReleaseOptionFields {
    private static final long serialVersionUID = 1L;

    private long to;

    @DataBoundConstructor
    public K8sRollbackStep() {
        // every parameter is optional
    }

    /** Which release of the history; 0 for the last healthy one before the newest. */
    public long getTo() {
        return to;
    }

    @DataBoundSetter
    public void setTo(long to) {
        this.to = to;
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(this, context);
    }

    private static final class Execution extends ReleaseExecution {
        private static final long serialVersionUID = 1L;

        // Needed again after a restart, until all is applied.
        private final K8sRollbackStep step;

        private Execution(K8sRollbackStep step, StepContext context) {
            super(step, context);
            this.step = step;
        }

        @Override
        protected ReleaseEntry.Kind kind() {
            return ReleaseEntry.Kind.ROLLBACK;
        }

        @Override
        protected String subject() {
            return step.getHistory();
        }

        @Override
        protected CompletableFuture<ReleaseResult> begin(ReleaseWork work, String earlier) {
            return work.startReturn(step.getTo(), earlier);
        }
    }

    /** The form. */
    @Extension
    public static final class DescriptorImpl extends ReleaseStepDescriptor<K8sRollbackStep> {
        @Override
        public String getFunctionName() {
            return "k8sRollback";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.K8sRollbackStep_displayName();
        }
    }
}
