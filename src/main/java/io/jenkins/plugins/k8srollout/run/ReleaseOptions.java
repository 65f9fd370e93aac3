package io.jenkins.plugins.k8srollout.run;

/** What a user can say about how something is released, whatever it is; empty text means "not said". */
public interface ReleaseOptions extends ClusterParameters {
    StrategyParameters strategy();

    String getTimeout();

    String getOnFailure();

    String getChangeCause();

    /** Under which name the cluster keeps the release. */
    String getHistory();

    /** What the build does while the release is paused, as {@link WhenPaused} reads it. */
    String getPaused();

    /** How long old pods go on serving those who have a session there. */
    String getDrain();

    /** What becomes of CronJobs for the length of the release. */
    String getCronJobs();

    boolean isDryRun();

    boolean isForce();

    boolean isWait();
}
