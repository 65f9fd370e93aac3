package io.jenkins.plugins.k8srollout.run;

import io.jenkins.plugins.k8srollout.engine.model.Strategy;

/**
 * How the controller returns to a release on its own: with all defaults, and standing by in a pause.
 *
 * @param history empty where a release is only gone on with
 */
record ReturnOptions(String cluster, String namespace, String history) implements ReleaseOptions {
    @Override
    public String getCluster() {
        return cluster;
    }

    @Override
    public String getNamespace() {
        return namespace;
    }

    @Override
    public StrategyParameters strategy() {
        return text -> new Strategy.Rolling();
    }

    @Override
    public String getTimeout() {
        return "";
    }

    @Override
    public String getOnFailure() {
        return "";
    }

    @Override
    public String getChangeCause() {
        return "";
    }

    @Override
    public String getHistory() {
        return history;
    }

    @Override
    public String getPaused() {
        return "wait";
    }

    @Override
    public boolean isDryRun() {
        return false;
    }

    @Override
    public String getDrain() {
        return "";
    }

    @Override
    public String getCronJobs() {
        return "";
    }

    @Override
    public boolean isForce() {
        return false;
    }

    @Override
    public boolean isWait() {
        return true;
    }
}
