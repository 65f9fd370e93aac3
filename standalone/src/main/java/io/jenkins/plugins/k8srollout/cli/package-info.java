/**
 * The command line: the engine without Jenkins. Each command binds options to an engine request, nothing more; exit
 * codes are in {@link io.jenkins.plugins.k8srollout.cli.ExitCode}.
 */
package io.jenkins.plugins.k8srollout.cli;
