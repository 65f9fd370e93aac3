package io.jenkins.plugins.k8srollout.bench;

/**
 * One measured build.
 *
 * @param wall seconds
 * @param cpu seconds of all processes, user and system
 * @param sent bytes to the registry
 */
record Measured(double wall, double cpu, double sent) {}
