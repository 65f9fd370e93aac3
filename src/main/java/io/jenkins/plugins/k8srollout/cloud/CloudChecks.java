package io.jenkins.plugins.k8srollout.cloud;

import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.k8srollout.config.Checks;
import io.jenkins.plugins.k8srollout.config.ClusterTarget;
import io.jenkins.plugins.k8srollout.config.ConnectionTest;
import io.jenkins.plugins.k8srollout.config.KubernetesRolloutConfiguration;
import jenkins.model.Jenkins;

/** What the forms of clouds ask, which only administrators configure; others learn nothing from them. */
final class CloudChecks {
    private CloudChecks() {}

    /** Shows what a reader of a field refuses as the field's error. */
    static FormValidation of(Runnable reader) {
        if (!Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
            return FormValidation.ok();
        }
        return Checks.of(() -> {
            reader.run();
            return FormValidation.ok();
        });
    }

    /** Without WebSocket agents need a port that Jenkins may not have opened. */
    static FormValidation webSocket(boolean value) {
        boolean possible = value || Jenkins.get().getSlaveAgentPort() >= 0;
        return possible || !Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                ? FormValidation.ok()
                : FormValidation.error(Messages.CloudChecks_noTcpPort());
    }

    /**
     * Asks a cluster what agents need there.
     *
     * @param cluster by the name of its configuration; empty text for the only one
     * @param namespace empty text for that of the cluster's configuration
     */
    static FormValidation connection(String cluster, String namespace) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        return Checks.of(
                () -> ConnectionTest.agents(KubernetesRolloutConfiguration.get().cluster(cluster), namespace));
    }

    /** The clusters to choose from; readers see only the one that is chosen. */
    static ListBoxModel clusters(String chosen) {
        ListBoxModel list = new ListBoxModel();
        if (Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
            list.add(Messages.AgentPodCloud_onlyCluster(), "");
            KubernetesRolloutConfiguration.get().getClusters().stream()
                    .map(ClusterTarget::getName)
                    .forEach(list::add);
        }
        if (list.stream().noneMatch(o -> o.value.equals(chosen))) {
            list.add(chosen);
        }
        return list;
    }

    static FormValidation required(String value) {
        return Jenkins.get().hasPermission(Jenkins.ADMINISTER) ? Checks.required(value) : FormValidation.ok();
    }

    static FormValidation name(String value) {
        return of(() -> PodFields.containerName("name", value));
    }

    static FormValidation image(String value) {
        return of(() -> PodFields.image("image", value));
    }

    /** @param lowest the smallest number that is fine */
    static FormValidation number(String value, int lowest) {
        if (!Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
            return FormValidation.ok();
        }
        try {
            if (Integer.parseInt(value.strip()) >= lowest) {
                return FormValidation.ok();
            }
        } catch (NumberFormatException e) {
            // told below
        }
        return FormValidation.error(Messages.CloudChecks_number(lowest));
    }
}
