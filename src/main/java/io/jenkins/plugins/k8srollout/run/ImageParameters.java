package io.jenkins.plugins.k8srollout.run;

import java.util.List;
import java.util.Map;

/** What a user can say about an image to build; empty text, lists and maps mean "not said". */
public interface ImageParameters extends HarborParameters {
    String getImage();

    List<String> getTags();

    String getContext();

    String getDockerfile();

    String getTarget();

    Map<String, String> getBuildArgs();

    Map<String, String> getLabels();

    List<String> getPlatforms();

    /** A configured registry's name. */
    String getRegistry();

    String getCredentialsId();

    boolean isPush();

    String getBuilder();
}
