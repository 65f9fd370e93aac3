/**
 * Session affinity: one neutral request, translated for the controller in charge. Objects in, values out; one class per
 * controller, all of them in {@link io.jenkins.plugins.k8srollout.engine.affinity.AffinityDialects}.
 */
package io.jenkins.plugins.k8srollout.engine.affinity;
