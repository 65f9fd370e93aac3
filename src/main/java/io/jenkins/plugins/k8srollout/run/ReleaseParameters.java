package io.jenkins.plugins.k8srollout.run;

import java.util.Map;

/** What a user can say about a release; empty text, lists and maps mean "not said". */
public interface ReleaseParameters extends ClusterParameters {
    /** Files, folders and globs, separated by commas or line ends. */
    String getManifests();

    String getWorkload();

    Map<String, String> getImages();

    String getStrategy();

    String getTimeout();

    String getOnFailure();

    /** The id of Jenkins credentials. */
    String getPullSecret();

    String getChangeCause();

    /** Under which name the cluster keeps the release. */
    String getHistory();

    boolean isCreateNamespace();

    boolean isDryRun();

    boolean isForce();

    boolean isSubstitute();

    boolean isWait();
}
