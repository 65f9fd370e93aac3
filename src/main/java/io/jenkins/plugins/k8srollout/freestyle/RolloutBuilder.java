package io.jenkins.plugins.k8srollout.freestyle;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.AbstractBuild;
import hudson.model.AbstractProject;
import hudson.model.BuildListener;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import io.jenkins.plugins.k8srollout.step.BuildImageStep;
import io.jenkins.plugins.k8srollout.step.ConfigureIngressAffinityStep;
import io.jenkins.plugins.k8srollout.step.K8sRolloutStep;
import io.jenkins.plugins.k8srollout.step.WaitHealthyStep;
import java.io.IOException;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * The freestyle build step <em>Release to Kubernetes</em>: image, rollout, affinity and wait, in this order, each
 * optional. The parts are the Pipeline steps themselves, so that their forms, checks and help exist once. A Pipeline
 * cannot use it, but has those steps: they survive a restart, and know what the log around them hides.
 */
public class RolloutBuilder extends Builder {
    private BuildImageStep image;
    private K8sRolloutStep rollout;
    private ConfigureIngressAffinityStep affinity;
    private WaitHealthyStep healthy;

    @DataBoundConstructor
    public RolloutBuilder() {
        // every part is optional
    }

    /** Null where no image is built. */
    public BuildImageStep getImage() {
        return image;
    }

    @DataBoundSetter
    public void setImage(BuildImageStep image) {
        this.image = image;
    }

    /** Null where nothing is rolled out. */
    public K8sRolloutStep getRollout() {
        return rollout;
    }

    @DataBoundSetter
    public void setRollout(K8sRolloutStep rollout) {
        this.rollout = rollout;
    }

    /** Null where affinity stays as it is. */
    public ConfigureIngressAffinityStep getAffinity() {
        return affinity;
    }

    @DataBoundSetter
    public void setAffinity(ConfigureIngressAffinityStep affinity) {
        this.affinity = affinity;
    }

    /** Null where nothing is waited for besides the rollout itself. */
    public WaitHealthyStep getHealthy() {
        return healthy;
    }

    @DataBoundSetter
    public void setHealthy(WaitHealthyStep healthy) {
        this.healthy = healthy;
    }

    @Override
    public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener)
            throws InterruptedException, IOException {
        FilePath workspace = build.getWorkspace();
        if (workspace == null) {
            throw new AbortException("The build has no workspace: its agent is offline. Run it again.");
        }
        FreestyleRelease release = new FreestyleRelease(build, workspace, build.getEnvironment(listener), listener);
        if (image != null) {
            release.image(image);
        }
        if (rollout != null && release.rollout(rollout)) {
            release.endInPause();
            return true;
        }
        if (affinity != null) {
            release.affinity(affinity);
        }
        if (healthy != null) {
            release.healthy(healthy);
        }
        return true;
    }

    /** The form. */
    @Extension
    @Symbol("kubernetesRelease")
    public static final class DescriptorImpl extends BuildStepDescriptor<Builder> {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.RolloutBuilder_displayName();
        }

        @Override
        @SuppressWarnings("rawtypes") // as the extension point has it
        public boolean isApplicable(Class<? extends AbstractProject> type) {
            return true;
        }
    }
}
