package io.jenkins.plugins.k8srollout.step;

import static hudson.Util.fixNull;

import io.jenkins.plugins.k8srollout.run.ImageParameters;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.kohsuke.stapler.DataBoundSetter;

/** The parameters of {@code buildImage} that only a Harbor can serve. */
public abstract class HarborFields extends Step implements ImageParameters, Serializable {
    private static final long serialVersionUID = 1L;

    // Null in steps and configurations of versions without them.
    private String scan;
    private String scanTimeout;
    private String createProject;
    private boolean autoScan;
    private ArrayList<String> artifactLabels;
    private int keepTags;

    @Override
    public String getScan() {
        return fixNull(scan);
    }

    @DataBoundSetter
    public void setScan(String scan) {
        this.scan = fixNull(scan).strip();
    }

    @Override
    public String getScanTimeout() {
        return fixNull(scanTimeout);
    }

    @DataBoundSetter
    public void setScanTimeout(String scanTimeout) {
        this.scanTimeout = fixNull(scanTimeout).strip();
    }

    @Override
    public String getCreateProject() {
        return fixNull(createProject);
    }

    @DataBoundSetter
    public void setCreateProject(String createProject) {
        this.createProject = fixNull(createProject).strip();
    }

    @Override
    public boolean isAutoScan() {
        return autoScan;
    }

    @DataBoundSetter
    public void setAutoScan(boolean autoScan) {
        this.autoScan = autoScan;
    }

    @Override
    public List<String> getArtifactLabels() {
        return artifactLabels == null ? List.of() : artifactLabels;
    }

    @DataBoundSetter
    public void setArtifactLabels(List<String> artifactLabels) {
        this.artifactLabels = StepForms.texts(artifactLabels);
    }

    @Override
    public int getKeepTags() {
        return keepTags;
    }

    @DataBoundSetter
    public void setKeepTags(int keepTags) {
        this.keepTags = keepTags;
    }
}
