package io.jenkins.plugins.k8srollout.engine.image.builder;

/** A numeric user and group. */
record Owner(long uid, long gid) {
    static final Owner ROOT = new Owner(0, 0);
}
