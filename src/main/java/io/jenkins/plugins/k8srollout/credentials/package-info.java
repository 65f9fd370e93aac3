/**
 * Jenkins credentials as logins for clusters and registries: looked up in the job's context, tracked, and turned into the
 * engine's plain values at once, so that no credentials object leaves this room.
 */
package io.jenkins.plugins.k8srollout.credentials;
