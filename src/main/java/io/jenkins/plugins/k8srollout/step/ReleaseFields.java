package io.jenkins.plugins.k8srollout.step;

import static hudson.Util.fixNull;

import io.jenkins.plugins.k8srollout.run.ReleaseParameters;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.kohsuke.stapler.DataBoundSetter;

/** The parameters of {@code k8sRollout}. Kept with a running step, so that a restart finds them again. */
public abstract class ReleaseFields extends ClusterFields implements ReleaseParameters, Serializable {
    private static final long serialVersionUID = 1L;

    private String manifests = "";
    private String workload = "";
    private LinkedHashMap<String, String> images = new LinkedHashMap<>();
    private String strategy = "";
    private String timeout = "";
    private String onFailure = "";
    private String pullSecret = "";
    private String changeCause = "";
    private String history = "";
    private boolean createNamespace;
    private boolean dryRun;
    private boolean force;
    private boolean substitute;
    // Null for the default, which a configuration may leave out.
    private Boolean wait;

    @Override
    protected Object readResolve() {
        setManifests(manifests);
        setWorkload(workload);
        setImages(images);
        setStrategy(strategy);
        setTimeout(timeout);
        setOnFailure(onFailure);
        setPullSecret(pullSecret);
        setChangeCause(changeCause);
        setHistory(history);
        return super.readResolve();
    }

    @Override
    public String getManifests() {
        return manifests;
    }

    @DataBoundSetter
    public void setManifests(String manifests) {
        this.manifests = fixNull(manifests);
    }

    @Override
    public String getWorkload() {
        return workload;
    }

    @DataBoundSetter
    public void setWorkload(String workload) {
        this.workload = fixNull(workload).strip();
    }

    @Override
    public Map<String, String> getImages() {
        return images;
    }

    @DataBoundSetter
    public void setImages(Map<String, String> images) {
        this.images = StepForms.texts(images);
    }

    @Override
    public String getStrategy() {
        return strategy;
    }

    @DataBoundSetter
    public void setStrategy(String strategy) {
        this.strategy = fixNull(strategy).strip();
    }

    @Override
    public String getTimeout() {
        return timeout;
    }

    @DataBoundSetter
    public void setTimeout(String timeout) {
        this.timeout = fixNull(timeout).strip();
    }

    @Override
    public String getOnFailure() {
        return onFailure;
    }

    @DataBoundSetter
    public void setOnFailure(String onFailure) {
        this.onFailure = fixNull(onFailure).strip();
    }

    @Override
    public String getPullSecret() {
        return pullSecret;
    }

    @DataBoundSetter
    public void setPullSecret(String pullSecret) {
        this.pullSecret = fixNull(pullSecret).strip();
    }

    @Override
    public String getChangeCause() {
        return changeCause;
    }

    @DataBoundSetter
    public void setChangeCause(String changeCause) {
        this.changeCause = fixNull(changeCause);
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
    public boolean isCreateNamespace() {
        return createNamespace;
    }

    @DataBoundSetter
    public void setCreateNamespace(boolean createNamespace) {
        this.createNamespace = createNamespace;
    }

    @Override
    public boolean isDryRun() {
        return dryRun;
    }

    @DataBoundSetter
    public void setDryRun(boolean dryRun) {
        this.dryRun = dryRun;
    }

    @Override
    public boolean isForce() {
        return force;
    }

    @DataBoundSetter
    public void setForce(boolean force) {
        this.force = force;
    }

    @Override
    public boolean isSubstitute() {
        return substitute;
    }

    @DataBoundSetter
    public void setSubstitute(boolean substitute) {
        this.substitute = substitute;
    }

    @Override
    public boolean isWait() {
        return wait == null || wait;
    }

    @DataBoundSetter
    public void setWait(boolean wait) {
        this.wait = wait;
    }
}
