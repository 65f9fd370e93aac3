package io.jenkins.plugins.k8srollout.run;

/** What somebody says to a release that is paused. */
public enum Answer {
    CONTINUE,
    ROLLBACK
}
