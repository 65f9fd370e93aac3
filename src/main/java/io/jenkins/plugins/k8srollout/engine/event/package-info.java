/** What the engine tells while it works: one typed stream for log, build page and record. JDK only. */
package io.jenkins.plugins.k8srollout.engine.event;
