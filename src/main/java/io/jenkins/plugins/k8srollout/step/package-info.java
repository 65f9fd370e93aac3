/** The Pipeline steps: binding and lifecycle only. */
package io.jenkins.plugins.k8srollout.step;
