/** What administrators configure: clusters and registries, their form checks, and <em>Test connection</em>. */
package io.jenkins.plugins.k8srollout.config;
