/**
 * The life of agent pods: asked for, followed by one watch, explained when they cannot start, removed, and never more
 * than allowed. It holds no thread per agent and sleeps nowhere; port, clock and listeners are injected.
 */
package io.jenkins.plugins.k8srollout.engine.agent;
