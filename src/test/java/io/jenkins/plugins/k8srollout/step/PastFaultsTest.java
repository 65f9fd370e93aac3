package io.jenkins.plugins.k8srollout.step;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import com.sun.net.httpserver.HttpServer;
import hudson.FilePath;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.Result;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.security.AccessDeniedException3;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.k8srollout.config.ClusterTarget;
import io.jenkins.plugins.k8srollout.config.KubernetesRolloutConfiguration;
import io.jenkins.plugins.k8srollout.config.RegistryTarget;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.manifest.LoadedManifests;
import io.jenkins.plugins.k8srollout.engine.manifest.ManifestLoader;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.freestyle.RolloutBuilder;
import java.net.InetSocketAddress;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.Page;
import org.htmlunit.WebRequest;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.SingleFileSCM;

/** The published vulnerabilities of plugins that do the same work, each tried on this one. */
public class PastFaultsTest {
    @Rule
    public final JenkinsRule jenkins = new JenkinsRule();

    @Before
    public void users() throws Exception {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin")
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to("reader")
                .grant(Jenkins.READ, Item.READ, Item.EXTENDED_READ, Item.CONFIGURE)
                .everywhere()
                .to("author"));
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(
                        CredentialsScope.GLOBAL, "secret-id", "", "robot", "hunter2hunter2"));
    }

    /** SECURITY-1731, 1732, 1738, 2448: YAML of a repository made objects of any class on the controller. */
    @Test
    public void remoteCodeExecutionByYamlTags() {
        String yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nx: !!javax.script.ScriptEngineManager"
                + " [!!java.net.URLClassLoader [[!!java.net.URL ['http://127.0.0.1:1/']]]]\n";

        LoadedManifests loaded = ManifestLoader.load(List.of(new ManifestSource("web.yaml", yaml)), Map.of());

        assertThat(loaded.findings().get(0).rule(), is("yaml-tag"));
        assertThat(loaded.findings().get(0).severity(), is(Finding.Severity.ERROR));
    }

    /** The same by a kubeconfig out of a credential: its programs are never run. */
    @Test
    public void remoteCodeExecutionByKubeconfig() throws Exception {
        Path proof = jenkins.jenkins.getRootDir().toPath().resolve("proof");
        String kubeconfig = "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
                + "contexts: [{name: c, context: {cluster: c, user: u}}]\n"
                + "clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]\n"
                + "users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: touch, args: ['"
                + proof + "'], interactiveMode: Never}}}]\n";

        assertThrows(ReleaseException.class, () -> ClusterAccess.kubeconfigText(kubeconfig, ""));

        assertThat(Files.exists(proof), is(false));
    }

    /** SECURITY-2096: whoever wrote a job read files of the controller by naming them as manifests. */
    @Test
    public void controllerFileRead() throws Exception {
        Path secret = jenkins.jenkins.getRootDir().toPath().resolve("secrets/master.key");
        for (String path : List.of(secret.toString(), "../../secrets/master.key", "../../secrets/*")) {
            FreeStyleBuild build = jenkins.buildAndAssertStatus(Result.FAILURE, release(path));

            jenkins.assertLogContains("Could not", build);
            jenkins.assertLogNotContains(Files.readString(secret).strip(), build);
        }
    }

    /** SECURITY-1016, 2681: a form check sent credentials of the user's choice to an address of the user's choice. */
    @Test
    public void credentialCaptureByTestConnection() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        HttpServer thief = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        thief.createContext("/", exchange -> {
            calls.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        thief.start();
        String address = "127.0.0.1:" + thief.getAddress().getPort();
        try (ACLContext context = ACL.as2(User.getById("author", true).impersonate2())) {
            ClusterTarget.DescriptorImpl clusters =
                    Jenkins.get().getDescriptorByType(ClusterTarget.DescriptorImpl.class);
            RegistryTarget.DescriptorImpl registries =
                    Jenkins.get().getDescriptorByType(RegistryTarget.DescriptorImpl.class);
            assertThrows(
                    AccessDeniedException3.class,
                    () -> clusters.doTestConnection("x", "http://" + address, "", "secret-id", "", "", false));
            assertThrows(
                    AccessDeniedException3.class,
                    () -> registries.doTestConnection("x", address, "secret-id", "", true));
        } finally {
            thief.stop(0);
        }
        assertThat(calls.get(), is(0));
    }

    /** The same by a link that an administrator is made to follow. */
    @Test
    public void credentialCaptureByCrossSiteRequest() throws Exception {
        JenkinsRule.WebClient admin = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false);
        admin.login("admin");
        for (Class<?> target : List.of(ClusterTarget.class, RegistryTarget.class)) {
            URL url = new URL(
                    jenkins.getURL(),
                    "descriptorByName/" + target.getName() + "/testConnection?name=x&credentialsId=secret-id");
            assertThat(admin.getPage(url).getWebResponse().getStatusCode(), is(404));
            Page withoutCrumb = admin.getPage(new WebRequest(url, HttpMethod.POST));
            assertThat(withoutCrumb.getWebResponse().getStatusCode(), is(403));
        }
    }

    /** SECURITY-2370, 2636: a reader listed the ids of credentials. */
    @Test
    public void credentialEnumeration() throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject();
        try (ACLContext context = ACL.as2(User.getById("reader", true).impersonate2())) {
            for (ListBoxModel list : List.of(
                    Jenkins.get()
                            .getDescriptorByType(ClusterTarget.DescriptorImpl.class)
                            .doFillCredentialsIdItems("", ""),
                    Jenkins.get()
                            .getDescriptorByType(RegistryTarget.DescriptorImpl.class)
                            .doFillCredentialsIdItems("", ""),
                    Jenkins.get()
                            .getDescriptorByType(BuildImageStep.DescriptorImpl.class)
                            .doFillCredentialsIdItems(job, ""),
                    Jenkins.get()
                            .getDescriptorByType(K8sRolloutStep.DescriptorImpl.class)
                            .doFillPullSecretItems(job, ""))) {
                assertThat(list.stream().anyMatch(o -> o.value.contains("secret-id")), is(false));
            }
            assertThat(
                    Jenkins.get()
                            .getDescriptorByType(ClusterTarget.DescriptorImpl.class)
                            .doCheckCredentialsId("secret-id", "")
                            .getMessage(),
                    is(Jenkins.get()
                            .getDescriptorByType(ClusterTarget.DescriptorImpl.class)
                            .doCheckCredentialsId("no-such-id", "")
                            .getMessage()));
        }
    }

    /** SECURITY-1345: a build left its secrets in a file in the workspace. */
    @Test
    public void temporarySecretsInTheWorkspace() throws Exception {
        RegistryTarget registry = new RegistryTarget("closed", "127.0.0.1:1");
        registry.setCredentialsId("secret-id");
        registry.setPlainHttp(true);
        KubernetesRolloutConfiguration.get().setRegistries(List.of(registry));
        FreeStyleProject job = jenkins.createFreeStyleProject();
        job.setScm(new SingleFileSCM("Dockerfile", "FROM scratch\nCOPY Dockerfile /\n"));
        RolloutBuilder builder = new RolloutBuilder();
        builder.setImage(new BuildImageStep("127.0.0.1:1/shop/web"));
        job.getBuildersList().add(builder);

        FreeStyleBuild build = jenkins.buildAndAssertStatus(Result.FAILURE, job);

        FilePath workspace = build.getWorkspace();
        for (Path root : List.of(
                Path.of(workspace.getRemote()).getParent(), build.getRootDir().toPath())) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                    assertThat(file.toString(), text, not(containsString("hunter2hunter2")));
                }
            }
        }
    }

    /** SECURITY-1878 (docker-commons): an image's name became a part of a command line. */
    @Test
    public void commandExecutionByImageName() {
        for (String name : List.of(
                "web;touch /tmp/proof",
                "web && id",
                "$(id)",
                "`id`",
                "--help",
                "-v",
                "web | id",
                "web\nid",
                "web id")) {
            assertThrows(name, ReleaseException.class, () -> ImageReference.parse(name));
        }
    }

    private FreeStyleProject release(String manifests) throws Exception {
        ClusterTarget cluster = new ClusterTarget("prod");
        cluster.setServerUrl("http://127.0.0.1:1");
        cluster.setNamespace("shop");
        KubernetesRolloutConfiguration.get().setClusters(List.of(cluster));
        FreeStyleProject job = jenkins.createFreeStyleProject();
        job.setScm(new SingleFileSCM("web.yaml", "a: b\n"));
        K8sRolloutStep rollout = new K8sRolloutStep();
        rollout.setManifests(manifests);
        RolloutBuilder builder = new RolloutBuilder();
        builder.setRollout(rollout);
        job.getBuildersList().add(builder);
        return job;
    }
}
