package io.jenkins.plugins.k8srollout.run;

/** Where a step works; empty text means the default. */
public interface ClusterParameters {
    String getCluster();

    String getNamespace();
}
