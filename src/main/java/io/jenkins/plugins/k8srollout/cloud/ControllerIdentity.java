package io.jenkins.plugins.k8srollout.cloud;

import hudson.Util;
import jenkins.model.Jenkins;

/**
 * What tells this controller from others, the same after each start: a digest of Jenkins' instance id, which itself is no
 * secret but is nobody's business in a cluster either.
 */
final class ControllerIdentity {
    private static final int DIGITS = 16;

    private ControllerIdentity() {}

    static String get() {
        return Util.getDigestOf("k8s-rollout " + Jenkins.get().getLegacyInstanceId())
                .substring(0, DIGITS);
    }
}
