/** The orchestrators: plans, effects and waits over the other rooms. Clock, scheduler, port and sink are injected. */
package io.jenkins.plugins.k8srollout.engine.release;
