/**
 * Rewrites objects for the API versions that a cluster serves: one class per kind, one table. Pure.
 *
 * <p>What changed between versions is taken from the Kubernetes
 * <a href="https://kubernetes.io/docs/reference/using-api/deprecation-guide/">deprecated API migration guide</a> and
 * from the defaulting functions under {@code pkg/apis} of the Kubernetes source.
 */
package io.jenkins.plugins.k8srollout.engine.manifest.upgrade;
