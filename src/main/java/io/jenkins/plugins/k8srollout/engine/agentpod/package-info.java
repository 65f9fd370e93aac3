/**
 * The pods that Jenkins agents run in: what is asked of the cluster for one, and what its object says of how far it is.
 * Objects in, values out; no I/O, no clock, no client.
 */
package io.jenkins.plugins.k8srollout.engine.agentpod;
