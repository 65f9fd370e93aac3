/** The freestyle build step: binding and lifecycle; its parts are the Pipeline steps' own settings and forms. */
package io.jenkins.plugins.k8srollout.freestyle;
