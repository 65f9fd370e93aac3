package io.jenkins.plugins.k8srollout.config;

import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import jenkins.model.GlobalConfiguration;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.StaplerRequest2;

/** The plugin's part of the configuration page: the clusters and registries that jobs may name. */
@Extension
@Symbol("kubernetesRollout")
public class KubernetesRolloutConfiguration extends GlobalConfiguration {
    private List<ClusterTarget> clusters = new ArrayList<>();
    private List<RegistryTarget> registries = new ArrayList<>();
    private GlobalDefaults defaults = new GlobalDefaults();

    public KubernetesRolloutConfiguration() {
        load();
    }

    public static KubernetesRolloutConfiguration get() {
        return ExtensionList.lookupSingleton(KubernetesRolloutConfiguration.class);
    }

    public List<ClusterTarget> getClusters() {
        return Collections.unmodifiableList(clusters);
    }

    @DataBoundSetter
    public void setClusters(List<ClusterTarget> clusters) {
        requireDistinct(clusters, ClusterTarget::getName, "clusters");
        this.clusters = new ArrayList<>(clusters);
        save();
    }

    public List<RegistryTarget> getRegistries() {
        return Collections.unmodifiableList(registries);
    }

    @DataBoundSetter
    public void setRegistries(List<RegistryTarget> registries) {
        requireDistinct(registries, RegistryTarget::getName, "registries");
        this.registries = new ArrayList<>(registries);
        save();
    }

    public GlobalDefaults getDefaults() {
        return defaults;
    }

    @DataBoundSetter
    public void setDefaults(GlobalDefaults defaults) {
        this.defaults = defaults == null ? new GlobalDefaults() : defaults;
        save();
    }

    /** @param job its full name; only the clusters that it may use are returned */
    public List<ClusterTarget> clustersFor(String job) {
        return clusters.stream().filter(c -> c.mayBeUsedBy(job)).toList();
    }

    /**
     * The cluster of this name that a job may use; with empty text the only one there is for it.
     *
     * @param job its full name
     * @throws ReleaseException (refused input) naming those there are for it, and no others
     */
    public ClusterTarget cluster(String name, String job) {
        return named(clustersFor(job), ClusterTarget::getName, name, "cluster");
    }

    /**
     * The cluster of this name; with empty text the only one there is.
     *
     * @throws ReleaseException (refused input) naming those there are
     */
    public ClusterTarget cluster(String name) {
        return named(clusters, ClusterTarget::getName, name, "cluster");
    }

    /**
     * The registry of this name; with empty text the only one there is.
     *
     * @throws ReleaseException (refused input) naming those there are
     */
    public RegistryTarget registry(String name) {
        return named(registries, RegistryTarget::getName, name, "registry");
    }

    /** The registry at this host, as image names write it. */
    public Optional<RegistryTarget> registryAt(String host) {
        return registries.stream().filter(r -> r.getHost().equals(host)).findFirst();
    }

    @Override
    public boolean configure(StaplerRequest2 request, JSONObject form) throws FormException {
        try {
            // A form without entries has no such field at all, and would leave the old ones as they are.
            setClusters(request.bindJSONToList(ClusterTarget.class, form.get("clusters")));
            setRegistries(request.bindJSONToList(RegistryTarget.class, form.get("registries")));
            setDefaults(request.bindJSON(GlobalDefaults.class, form.optJSONObject("defaults")));
        } catch (IllegalArgumentException e) {
            throw new FormException(e.getMessage(), e, "clusters");
        }
        return true;
    }

    private static <T> void requireDistinct(List<T> targets, Function<T, String> name, String what) {
        Set<String> seen = new HashSet<>();
        for (T target : targets) {
            if (!seen.add(name.apply(target))) {
                throw new IllegalArgumentException(
                        "Two " + what + " are named '" + name.apply(target) + "'; give each a name of its own");
            }
        }
    }

    private static <T> T named(List<T> targets, Function<T, String> name, String wanted, String parameter) {
        if (wanted.isEmpty() && targets.size() == 1) {
            return targets.get(0);
        }
        return targets.stream()
                .filter(t -> name.apply(t).equals(wanted))
                .findFirst()
                .orElseThrow(() -> ReleaseException.refused(
                        "find the " + parameter,
                        wanted,
                        wanted.isEmpty()
                                ? targets.isEmpty() ? "none is configured" : "more than one is configured"
                                : "none of that name is configured",
                        targets.isEmpty()
                                ? "Add it under Manage Jenkins, System, Kubernetes Rollout"
                                : "Set " + parameter + " to a configured name",
                        targets.stream().map(name).toArray(String[]::new)));
    }
}
