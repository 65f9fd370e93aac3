package io.jenkins.plugins.k8srollout.cloud;

import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.Extension;
import hudson.XmlFile;
import hudson.model.Saveable;
import hudson.model.listeners.SaveableListener;
import io.jenkins.plugins.k8srollout.config.KubernetesRolloutConfiguration;
import io.jenkins.plugins.k8srollout.run.EngineServices;
import jenkins.model.Jenkins;

/** Uses changed clouds, clusters and credentials at once. */
@Extension
public class ConfigurationWatcher extends SaveableListener {
    @Override
    public void onChange(Saveable saved, XmlFile file) {
        boolean ours = saved instanceof Jenkins
                || saved instanceof KubernetesRolloutConfiguration
                || saved instanceof SystemCredentialsProvider;
        if (ours && Jenkins.get().getInitLevel().compareTo(hudson.init.InitMilestone.JOB_CONFIG_ADAPTED) >= 0) {
            EngineServices.get().submit(() -> {
                TemplateHolds.get().clear();
                AgentRooms.get().refresh();
            });
        }
    }
}
