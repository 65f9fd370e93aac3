package io.jenkins.plugins.k8srollout.step;

import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.k8srollout.config.ClusterTarget;
import io.jenkins.plugins.k8srollout.config.KubernetesRolloutConfiguration;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * The form of {@link ClusterFields}.
 *
 * @param <S> the step
 */
public abstract class ClusterStepDescriptor<S extends ClusterFields> extends EngineStepDescriptor<S> {
    @POST
    public ListBoxModel doFillClusterItems(@AncestorInPath Item item, @QueryParameter String cluster) {
        KubernetesRolloutConfiguration configuration = KubernetesRolloutConfiguration.get();
        return StepForms.choices(
                item,
                cluster,
                (item == null ? configuration.getClusters() : configuration.clustersFor(item.getFullName()))
                        .stream().map(ClusterTarget::getName));
    }

    @POST
    public FormValidation doCheckNamespace(@AncestorInPath Item item, @QueryParameter String value) {
        return StepForms.namespace(item, value);
    }
}
