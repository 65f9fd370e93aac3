/** Finds what is wrong with manifests before a cluster is touched: one class per rule, one table. Pure. */
package io.jenkins.plugins.k8srollout.engine.manifest.check;
