/** Harbor beyond the distribution API: projects, rights, scans, labels, tags. Knows no connection, only a port. */
package io.jenkins.plugins.k8srollout.engine.harbor;
