/**
 * One request to a server's API as plain values, and the port through which it is sent. Implemented by
 * {@code engine/image}, which owns the connections to registries; used by those who know an API and no connection.
 */
package io.jenkins.plugins.k8srollout.engine.http;
