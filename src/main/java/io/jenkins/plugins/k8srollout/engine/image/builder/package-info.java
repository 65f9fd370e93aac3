/**
 * Builds images: with the embedded builder, which needs no daemon and no root, and with external builders for
 * Dockerfiles that run commands.
 */
package io.jenkins.plugins.k8srollout.engine.image.builder;
