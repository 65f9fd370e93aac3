package io.jenkins.plugins.k8srollout.run;

import java.util.Map;

/** What a user can say about a release; empty text, lists and maps mean "not said". */
public interface ReleaseParameters extends ReleaseOptions {
    /** Files, folders and globs, separated by commas or line ends. */
    String getManifests();

    String getWorkload();

    Map<String, String> getImages();

    /** The id of Jenkins credentials. */
    String getPullSecret();

    boolean isCreateNamespace();

    boolean isSubstitute();
}
