/**
 * How a release holds plain workloads so that only so many pods are replaced, and what to do next. Objects in, values
 * out; no clock, client or thread.
 */
package io.jenkins.plugins.k8srollout.engine.strategy;
