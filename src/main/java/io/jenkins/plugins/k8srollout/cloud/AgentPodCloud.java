package io.jenkins.plugins.k8srollout.cloud;

import static hudson.Util.fixNull;

import hudson.Extension;
import hudson.model.Descriptor;
import hudson.slaves.Cloud;
import hudson.slaves.NodeProvisioner.PlannedNode;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.k8srollout.config.Checks;
import io.jenkins.plugins.k8srollout.engine.agent.AgentLimits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Agents on demand, each in a pod of a configured cluster. */
public class AgentPodCloud extends Cloud {
    static final int DEFAULT_MAX_PODS = 50;

    private String cluster = "";
    private String namespace = "";
    private String jenkinsUrl = "";
    private String tunnel = "";
    private int maxPods = DEFAULT_MAX_PODS;
    private List<AgentPodTemplate> templates = new ArrayList<>();

    @DataBoundConstructor
    public AgentPodCloud(String name) {
        super(fixNull(name).strip());
    }

    public String getCluster() {
        return cluster;
    }

    @DataBoundSetter
    public void setCluster(String cluster) {
        this.cluster = fixNull(cluster).strip();
    }

    public String getNamespace() {
        return namespace;
    }

    @DataBoundSetter
    public void setNamespace(String namespace) {
        this.namespace = fixNull(namespace).strip();
    }

    public String getJenkinsUrl() {
        return jenkinsUrl;
    }

    @DataBoundSetter
    public void setJenkinsUrl(String jenkinsUrl) {
        this.jenkinsUrl = fixNull(jenkinsUrl).strip();
    }

    public String getTunnel() {
        return tunnel;
    }

    @DataBoundSetter
    public void setTunnel(String tunnel) {
        this.tunnel = fixNull(tunnel).strip();
    }

    public int getMaxPods() {
        return maxPods;
    }

    @DataBoundSetter
    public void setMaxPods(int maxPods) {
        this.maxPods = maxPods;
    }

    public List<AgentPodTemplate> getTemplates() {
        return Collections.unmodifiableList(templates);
    }

    @DataBoundSetter
    public void setTemplates(List<AgentPodTemplate> templates) {
        this.templates = templates == null ? new ArrayList<>() : new ArrayList<>(templates);
    }

    /** Where agents find this controller, with a slash at its end. */
    String agentUrl() {
        String url = jenkinsUrl.isEmpty() ? fixNull(Jenkins.get().getRootUrl()) : jenkinsUrl;
        return url.endsWith("/") ? url : url + "/";
    }

    AgentLimits limits(AgentPodTemplate template) {
        int ofTemplate = template.getMaxPods() > 0 ? template.getMaxPods() : Integer.MAX_VALUE;
        return new AgentLimits(name, maxPods, template.getName(), ofTemplate);
    }

    /** In the order in which they are tried. */
    Stream<AgentPodTemplate> templatesFor(Predicate<AgentPodTemplate> wanted) {
        return templates.stream().filter(wanted);
    }

    Optional<AgentPodTemplate> template(String wanted) {
        return templatesFor(t -> t.getName().equals(wanted)).findFirst();
    }

    static Stream<AgentPodCloud> ours() {
        return Jenkins.get().clouds.getAll(AgentPodCloud.class).stream();
    }

    static Optional<AgentPodCloud> named(String name) {
        return ours().filter(c -> c.name.equals(name)).findFirst();
    }

    @Override
    public boolean canProvision(CloudState state) {
        return templatesFor(t -> t.serves(state.getLabel())).findAny().isPresent();
    }

    /** For other strategies than ours, which adds the nodes itself at once. */
    @Override
    public Collection<PlannedNode> provision(CloudState state, int excessWorkload) {
        return Provisioning.plan(this, state.getLabel(), excessWorkload).stream()
                .map(node -> new PlannedNode(node.getNodeName(), CompletableFuture.completedFuture(node), 1))
                .toList();
    }

    /** For the cloud's page. */
    public List<AgentRow> getAgents() {
        return AgentRow.of(this);
    }

    /** What keeps the cloud from making pods, for its page; empty text if nothing does. */
    public String getTrouble() {
        return AgentRooms.get().trouble(this);
    }

    /** What held templates wait for, for the cloud's page. */
    public List<String> getHolds() {
        return TemplateHolds.get().sentences(this);
    }

    /** The form. */
    @Extension
    @Symbol("agentPods")
    public static class DescriptorImpl extends Descriptor<Cloud> {
        @Override
        public String getDisplayName() {
            return Messages.AgentPodCloud_displayName();
        }

        @POST
        public FormValidation doCheckName(@QueryParameter String value) {
            return CloudChecks.required(value);
        }

        @POST
        public FormValidation doCheckMaxPods(@QueryParameter String value) {
            return CloudChecks.number(value, 1);
        }

        @POST
        public FormValidation doCheckNamespace(@QueryParameter String value) {
            return Jenkins.get().hasPermission(Jenkins.ADMINISTER) ? Checks.namespace(value) : FormValidation.ok();
        }

        @POST
        public FormValidation doTestConnection(@QueryParameter String cluster, @QueryParameter String namespace) {
            return CloudChecks.connection(
                    fixNull(cluster).strip(), fixNull(namespace).strip());
        }

        @POST
        public ListBoxModel doFillClusterItems(@QueryParameter String cluster) {
            return CloudChecks.clusters(fixNull(cluster));
        }
    }
}
