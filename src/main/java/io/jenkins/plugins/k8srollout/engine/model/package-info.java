/** The nouns: immutable values that every other room speaks in. JDK only, no I/O. */
package io.jenkins.plugins.k8srollout.engine.model;
