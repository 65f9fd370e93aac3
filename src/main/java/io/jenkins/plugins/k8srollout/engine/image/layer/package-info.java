/**
 * Image layers: file trees in (a build context, an image's files), reproducible compressed tar archives out, and the
 * cache on disk that keeps them by their content.
 */
package io.jenkins.plugins.k8srollout.engine.image.layer;
