package io.jenkins.plugins.k8srollout.step;

import static hudson.Util.fixNull;

import io.jenkins.plugins.k8srollout.run.ReleaseParameters;
import java.util.LinkedHashMap;
import java.util.Map;
import org.kohsuke.stapler.DataBoundSetter;

/** The parameters of {@code k8sRollout}. Kept with a running step, so that a restart finds them again. */
public abstract class ReleaseFields extends ReleaseOptionFields implements ReleaseParameters {
    private static final long serialVersionUID = 1L;

    private String manifests = "";
    private String workload = "";
    private LinkedHashMap<String, String> images = new LinkedHashMap<>();
    private String pullSecret = "";
    private boolean createNamespace;
    private boolean substitute;

    @Override
    protected Object readResolve() {
        setManifests(manifests);
        setWorkload(workload);
        setImages(images);
        setPullSecret(pullSecret);
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
    public String getPullSecret() {
        return pullSecret;
    }

    @DataBoundSetter
    public void setPullSecret(String pullSecret) {
        this.pullSecret = fixNull(pullSecret).strip();
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
    public boolean isSubstitute() {
        return substitute;
    }

    @DataBoundSetter
    public void setSubstitute(boolean substitute) {
        this.substitute = substitute;
    }
}
