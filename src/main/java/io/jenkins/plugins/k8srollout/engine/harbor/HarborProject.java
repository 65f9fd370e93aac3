package io.jenkins.plugins.k8srollout.engine.harbor;

/**
 * A project.
 *
 * @param open whether everybody may pull from it (Harbor: public)
 * @param autoScan whether Harbor scans each image that is pushed
 * @param proxyCache whether it only mirrors another registry, and takes no images
 */
public record HarborProject(long id, String name, boolean open, boolean autoScan, boolean proxyCache) {}
