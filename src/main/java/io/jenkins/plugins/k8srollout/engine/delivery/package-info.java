/** Brings an image into its registry, with all that Harbor is asked for around it. */
package io.jenkins.plugins.k8srollout.engine.delivery;
