package io.jenkins.plugins.k8srollout.engine.harbor;

/**
 * What Harbor says of itself.
 *
 * @param version as in {@code v2.12.0-a1b2c3d}; empty text for callers whose login it does not accept
 * @param readOnly whether nothing can be pushed at present
 * @param everybodyCreatesProjects whether users need no further right to create projects
 */
public record HarborInfo(String version, boolean readOnly, boolean everybodyCreatesProjects) {}
