/** Benchmarks beside what a user would pick instead; run by {@code bench/run}, part of no product. */
package io.jenkins.plugins.k8srollout.bench;
