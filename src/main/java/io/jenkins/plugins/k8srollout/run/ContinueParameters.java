package io.jenkins.plugins.k8srollout.run;

/** What a user can say to a paused release; empty text means "not said". */
public interface ContinueParameters extends ClusterParameters {
    /** Of which application; without it, cluster and namespace, the paused release of the build itself. */
    String getHistory();

    /** Whether it is to return to the previous revision instead of going on. */
    boolean isRollback();

    /** Whether somebody is to be asked first. */
    boolean isAsk();
}
