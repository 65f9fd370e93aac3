/**
 * Builds a folder of Dockerfiles that build on each other: reads it as a graph, finds out what has changed, and has the
 * changed images and what depends on them built, bases first.
 */
package io.jenkins.plugins.k8srollout.engine.image.cascade;
