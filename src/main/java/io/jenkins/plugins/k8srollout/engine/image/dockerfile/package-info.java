/**
 * Dockerfiles and their ignore files as typed values: every instruction with its line, nothing executed, no file
 * touched. The language is that of BuildKit's Dockerfile frontend.
 */
package io.jenkins.plugins.k8srollout.engine.image.dockerfile;
