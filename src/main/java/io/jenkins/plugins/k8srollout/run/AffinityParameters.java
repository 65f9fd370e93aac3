package io.jenkins.plugins.k8srollout.run;

/** What a user can say about session affinity; empty text and null mean "not said". */
public interface AffinityParameters extends ClusterParameters {
    String getIngress();

    String getService();

    String getHttpRoute();

    String getCookie();

    String getMode();

    /** Seconds; 0 for a cookie that ends with the browser. */
    int getMaxAge();

    String getPath();

    String getDomain();

    String getSameSite();

    Boolean getSecure();

    Boolean getChangeOnFailure();

    String getCanary();

    String getController();

    /** Seconds; 0 for affinity by cookie. */
    int getClientIP();

    /** An address at which to prove it. */
    String getVerify();

    boolean isRemove();
}
