/** How soon, and at what cost, a release is known to be healthy or lost; beside kubectl on the same cluster. */
package io.jenkins.plugins.k8srollout.bench.tracking;
