package io.jenkins.plugins.k8srollout.step;

import static hudson.Util.fixNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kohsuke.stapler.DataBoundSetter;

/** The parameters of {@code buildImage}. Kept with a running step, so that a restart finds them again. */
public abstract class ImageFields extends HarborFields {
    private static final long serialVersionUID = 1L;

    private ArrayList<String> tags = new ArrayList<>();
    private String context = "";
    private String dockerfile = "";
    private String target = "";
    private LinkedHashMap<String, String> buildArgs = new LinkedHashMap<>();
    private LinkedHashMap<String, String> labels = new LinkedHashMap<>();
    private ArrayList<String> platforms = new ArrayList<>();
    private String registry = "";
    private String credentialsId = "";
    // Null for the default, which a configuration may leave out.
    private Boolean push;
    private String builder = "";

    /** A freestyle job's configuration may leave out what has its default, and comes past the constructor. */
    protected Object readResolve() {
        setTags(tags);
        setContext(context);
        setDockerfile(dockerfile);
        setTarget(target);
        setBuildArgs(buildArgs);
        setLabels(labels);
        setPlatforms(platforms);
        setRegistry(registry);
        setCredentialsId(credentialsId);
        setBuilder(builder);
        return this;
    }

    @Override
    public List<String> getTags() {
        return tags;
    }

    @DataBoundSetter
    public void setTags(List<String> tags) {
        this.tags = StepForms.texts(tags);
    }

    @Override
    public String getContext() {
        return context;
    }

    @DataBoundSetter
    public void setContext(String context) {
        this.context = fixNull(context).strip();
    }

    @Override
    public String getDockerfile() {
        return dockerfile;
    }

    @DataBoundSetter
    public void setDockerfile(String dockerfile) {
        this.dockerfile = fixNull(dockerfile).strip();
    }

    @Override
    public String getTarget() {
        return target;
    }

    @DataBoundSetter
    public void setTarget(String target) {
        this.target = fixNull(target).strip();
    }

    @Override
    public Map<String, String> getBuildArgs() {
        return buildArgs;
    }

    @DataBoundSetter
    public void setBuildArgs(Map<String, String> buildArgs) {
        this.buildArgs = StepForms.texts(buildArgs);
    }

    @Override
    public Map<String, String> getLabels() {
        return labels;
    }

    @DataBoundSetter
    public void setLabels(Map<String, String> labels) {
        this.labels = StepForms.texts(labels);
    }

    @Override
    public List<String> getPlatforms() {
        return platforms;
    }

    @DataBoundSetter
    public void setPlatforms(List<String> platforms) {
        this.platforms = StepForms.texts(platforms);
    }

    @Override
    public String getRegistry() {
        return registry;
    }

    @DataBoundSetter
    public void setRegistry(String registry) {
        this.registry = fixNull(registry).strip();
    }

    @Override
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = fixNull(credentialsId).strip();
    }

    @Override
    public boolean isPush() {
        return push == null || push;
    }

    @DataBoundSetter
    public void setPush(boolean push) {
        this.push = push;
    }

    @Override
    public String getBuilder() {
        return builder;
    }

    @DataBoundSetter
    public void setBuilder(String builder) {
        this.builder = fixNull(builder).strip();
    }
}
