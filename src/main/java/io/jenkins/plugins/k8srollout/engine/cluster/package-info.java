/**
 * The API server: the only room that imports the Kubernetes client. Everything else sees {@link
 * io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort}.
 */
package io.jenkins.plugins.k8srollout.engine.cluster;
