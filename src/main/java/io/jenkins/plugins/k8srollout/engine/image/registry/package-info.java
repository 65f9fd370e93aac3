/**
 * A client of registries that speak the OCI distribution protocol: pull, push, authentication and recovery. Bytes are
 * streamed; no blob is ever held in memory.
 */
package io.jenkins.plugins.k8srollout.engine.image.registry;
