package io.jenkins.plugins.k8srollout.step;

import static hudson.Util.fixNull;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.k8srollout.engine.model.HistoryName;
import io.jenkins.plugins.k8srollout.run.BuildLog;
import io.jenkins.plugins.k8srollout.run.ContinueParameters;
import io.jenkins.plugins.k8srollout.run.ContinueWork;
import io.jenkins.plugins.k8srollout.run.ReleaseEntry;
import io.jenkins.plugins.k8srollout.run.ReleaseResult;
import java.util.concurrent.CompletableFuture;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** {@code k8sContinue}: answers the pause of a release, whoever began it, or has somebody asked. */
public final class K8sContinueStep extends ClusterFields implements ContinueParameters {
    private static final long serialVersionUID = 1L;

    private String history = "";
    private boolean rollback;
    private boolean ask;

    @DataBoundConstructor
    public K8sContinueStep() {
        // every parameter is optional
    }

    @Override
    public String getHistory() {
        return history;
    }

    @DataBoundSetter
    public void setHistory(String history) {
        this.history = fixNull(history).strip();
    }

    @Override
    public boolean isRollback() {
        return rollback;
    }

    @DataBoundSetter
    public void setRollback(boolean rollback) {
        this.rollback = rollback;
    }

    @Override
    public boolean isAsk() {
        return ask;
    }

    @DataBoundSetter
    public void setAsk(boolean ask) {
        this.ask = ask;
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(this, context);
    }

    private static final class Execution extends EngineExecution {
        private static final long serialVersionUID = 1L;

        // Says what is wanted, also if Jenkins restarts before the release was found.
        private final K8sContinueStep step;
        // What a restart goes on with, once the release was found.
        private volatile String kept = "";

        private Execution(K8sContinueStep step, StepContext context) {
            super(context);
            this.step = step;
        }

        @Override
        protected ReleaseEntry.Kind kind() {
            return ReleaseEntry.Kind.CONTINUE;
        }

        @Override
        protected String subject() {
            return ContinueWork.subject(step);
        }

        @Override
        protected void work(BuildLog log) throws Exception {
            ContinueWork work = new ContinueWork(build(), step, log, this::save);
            CompletableFuture<ReleaseResult> result = kept.isEmpty() ? work.start() : work.resume(kept);
            atEnd(() -> result.cancel(false));
            result.whenComplete(this::end);
        }

        private void save(String changed) {
            kept = changed;
            saveState();
        }
    }

    /** The form. */
    @Extension
    public static final class DescriptorImpl extends ClusterStepDescriptor<K8sContinueStep> {
        @Override
        public String getFunctionName() {
            return "k8sContinue";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.K8sContinueStep_displayName();
        }

        @POST
        public FormValidation doCheckHistory(@AncestorInPath Item item, @QueryParameter String value) {
            return StepForms.check(item, value, HistoryName::parse);
        }
    }
}
