package io.jenkins.plugins.k8srollout.config;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.casc.ConfigurationContext;
import io.jenkins.plugins.casc.ConfiguratorRegistry;
import io.jenkins.plugins.casc.misc.ConfiguredWithCode;
import io.jenkins.plugins.casc.misc.JenkinsConfiguredWithCodeRule;
import io.jenkins.plugins.casc.misc.Util;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.function.ThrowingRunnable;

public class ConfigurationTest {
    @Rule
    public final JenkinsConfiguredWithCodeRule jenkins = new JenkinsConfiguredWithCodeRule();

    @Test
    @ConfiguredWithCode("kubernetes-rollout.yml")
    public void isReadFromCode() {
        KubernetesRolloutConfiguration read = KubernetesRolloutConfiguration.get();

        assertThat(read.cluster("prod").getContext(), is("admin@prod"));
        assertThat(read.cluster("test").getServerUrl(), is("https://10.0.0.1:6443"));
        assertThat(read.cluster("here").isInCluster(), is(true));
        assertThat(read.registryAt("10.0.0.5:5000").orElseThrow().isPlainHttp(), is(true));
        assertThat(read.registryAt("docker.io").isPresent(), is(false));
    }

    @Test
    @ConfiguredWithCode("kubernetes-rollout.yml")
    public void isWrittenAsTheSameCode() throws Exception {
        ConfiguratorRegistry registry = ConfiguratorRegistry.get();
        ConfigurationContext context = new ConfigurationContext(registry);

        String written = Util.toYamlString(Util.getUnclassifiedRoot(context).get("kubernetesRollout"));

        String file = Util.toStringFromYamlFile(this, "kubernetes-rollout-expected.yml");
        assertThat(written, is(file));
    }

    @Test
    @ConfiguredWithCode("kubernetes-rollout.yml")
    public void survivesItsFormAndARestart() throws Exception {
        KubernetesRolloutConfiguration before = KubernetesRolloutConfiguration.get();

        jenkins.configRoundtrip();

        assertThat(KubernetesRolloutConfiguration.get().getClusters().size(), is(3));
        jenkins.assertEqualDataBoundBeans(before.getClusters(), new KubernetesRolloutConfiguration().getClusters());
        jenkins.assertEqualDataBoundBeans(before.getRegistries(), new KubernetesRolloutConfiguration().getRegistries());
        jenkins.assertEqualDataBoundBeans(before.getDefaults(), new KubernetesRolloutConfiguration().getDefaults());
        assertThat(new KubernetesRolloutConfiguration().cluster("prod").getFolders(), is(List.of("shop", "team/a")));
    }

    @Test
    @ConfiguredWithCode("kubernetes-rollout.yml")
    public void theLastEntryCanBeRemovedInTheForm() throws Exception {
        KubernetesRolloutConfiguration.get().setClusters(List.of());

        jenkins.configRoundtrip();

        assertThat(KubernetesRolloutConfiguration.get().getClusters(), is(empty()));
    }

    @Test
    public void twoOfOneNameAreRefused() {
        KubernetesRolloutConfiguration configuration = KubernetesRolloutConfiguration.get();

        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> configuration.setClusters(List.of(new ClusterTarget("prod"), new ClusterTarget(" prod"))));

        assertThat(refused.getMessage(), is("Two clusters are named 'prod'; give each a name of its own"));
    }

    @Test
    public void namesWhatIsConfigured() {
        KubernetesRolloutConfiguration configuration = KubernetesRolloutConfiguration.get();
        assertRefused(() -> configuration.cluster(""), "none is configured. Add it under Manage Jenkins");

        configuration.setClusters(List.of(new ClusterTarget("prod")));
        assertThat(configuration.cluster("").getName(), is("prod"));
        assertRefused(
                () -> configuration.cluster("prd"),
                "prd: none of that name is configured. Set cluster to a" + " configured name. Valid: prod.");

        configuration.setClusters(List.of(new ClusterTarget("prod"), new ClusterTarget("test")));
        assertRefused(() -> configuration.cluster(""), "more than one is configured");
    }

    private static void assertRefused(ThrowingRunnable call, String message) {
        assertThat(assertThrows(ReleaseException.class, call).getMessage(), containsString(message));
    }

    @Test
    @ConfiguredWithCode("kubernetes-rollout.yml")
    public void clustersAreForTheirFoldersOnly() {
        KubernetesRolloutConfiguration read = KubernetesRolloutConfiguration.get();

        assertThat(read.cluster("prod", "shop/web/main").getName(), is("prod"));
        assertThat(read.cluster("test", "anything").getName(), is("test"));
        ReleaseException refused = assertThrows(ReleaseException.class, () -> read.cluster("prod", "shopping/web"));
        assertThat(refused.getMessage(), containsString("prod: none of that name is configured"));
        assertThat("others' clusters are not named", refused.problem().validValues(), is(List.of("test", "here")));
    }

    @Test
    @ConfiguredWithCode("kubernetes-rollout.yml")
    public void defaultsAreRead() {
        GlobalDefaults defaults = KubernetesRolloutConfiguration.get().getDefaults();

        assertThat(defaults.getTimeout(), is("15m"));
        assertThat(defaults.getOnFailure(), is("hold"));
        assertThat(defaults.getNamespace(), is("apps"));
    }
}
