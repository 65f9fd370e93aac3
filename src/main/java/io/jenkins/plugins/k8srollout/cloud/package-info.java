/**
 * Agents in pods as Jenkins sees them: cloud, templates, nodes, and how they are asked for and let go. What a pod does is
 * decided in {@code engine.agent}; here it is only bound to queue, nodes and logs.
 */
package io.jenkins.plugins.k8srollout.cloud;
