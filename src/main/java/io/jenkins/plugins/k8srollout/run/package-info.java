/**
 * The only translator: a build's parameters, environment, workspace and credentials become the engine's requests; its
 * events become log lines, its failures messages, and what a build has to remember an action.
 */
package io.jenkins.plugins.k8srollout.run;
