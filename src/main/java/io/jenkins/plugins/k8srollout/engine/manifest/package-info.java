/**
 * What is done to manifests before a cluster sees them: reading, substituting images, hashing configuration, ordering,
 * writing. Pure: objects in, values out.
 */
package io.jenkins.plugins.k8srollout.engine.manifest;
