/** Files of the checked-out project: the small room that reads them and keeps every path inside. */
package io.jenkins.plugins.k8srollout.engine.workspace;
