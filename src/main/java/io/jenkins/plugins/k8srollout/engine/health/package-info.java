/**
 * Judges objects that the API shows: healthy, on the way, or failed and why. Objects in, values out; no clock, client
 * or thread.
 */
package io.jenkins.plugins.k8srollout.engine.health;
