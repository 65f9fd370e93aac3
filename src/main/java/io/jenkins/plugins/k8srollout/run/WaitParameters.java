package io.jenkins.plugins.k8srollout.run;

import java.util.List;

/** What a user can say about waiting; empty text and lists mean "not said". */
public interface WaitParameters extends ClusterParameters {
    List<String> getWorkloads();

    String getTimeout();

    String getStableFor();

    String getHttp();

    int getHttpStatus();

    String getHttpBody();

    boolean isFailFast();

    int getLogLines();
}
