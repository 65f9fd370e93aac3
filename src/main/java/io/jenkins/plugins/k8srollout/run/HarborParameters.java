package io.jenkins.plugins.k8srollout.run;

import java.util.List;

/** What a user can say about Harbor's part in a build; empty text and lists mean "not said". */
public interface HarborParameters {
    /** The severity from which on a scan fails the build; empty text for no scan. */
    String getScan();

    String getScanTimeout();

    /** {@code private} or {@code public}; empty text for a project that exists. */
    String getCreateProject();

    boolean isAutoScan();

    List<String> getArtifactLabels();

    /** How many of the job's tags stay; 0 for all. */
    int getKeepTags();
}
