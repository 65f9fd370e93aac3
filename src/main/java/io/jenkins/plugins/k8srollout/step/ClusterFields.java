package io.jenkins.plugins.k8srollout.step;

import static hudson.Util.fixNull;

import io.jenkins.plugins.k8srollout.run.ClusterParameters;
import java.io.Serializable;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.kohsuke.stapler.DataBoundSetter;

/** Where a step works. Kept with a running step, so that a restart finds them again. */
public abstract class ClusterFields extends Step implements ClusterParameters, Serializable {
    private static final long serialVersionUID = 1L;

    private String cluster = "";
    private String namespace = "";

    /** A freestyle job's configuration may leave out what has its default, and comes past the constructor. */
    protected Object readResolve() {
        setCluster(cluster);
        setNamespace(namespace);
        return this;
    }

    @Override
    public String getCluster() {
        return cluster;
    }

    @DataBoundSetter
    public void setCluster(String cluster) {
        this.cluster = fixNull(cluster).strip();
    }

    @Override
    public String getNamespace() {
        return namespace;
    }

    @DataBoundSetter
    public void setNamespace(String namespace) {
        this.namespace = fixNull(namespace).strip();
    }
}
