package io.jenkins.plugins.k8srollout.step;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertThrows;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.security.AccessDeniedException3;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.k8srollout.config.ClusterTarget;
import io.jenkins.plugins.k8srollout.config.GlobalDefaults;
import io.jenkins.plugins.k8srollout.config.KubernetesRolloutConfiguration;
import io.jenkins.plugins.k8srollout.config.RegistryTarget;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.kohsuke.stapler.verb.POST;

/** Every check, list and test of every form: by POST only, and telling nothing to those who may not configure. */
public class FormsTest {
    @ClassRule
    public static final JenkinsRule JENKINS = new JenkinsRule();

    private static final List<Class<?>> STEPS = List.of(
            BuildImageStep.class,
            K8sRolloutStep.class,
            ConfigureIngressAffinityStep.class,
            WaitHealthyStep.class,
            AnalysisFields.class,
            CanaryStrategy.class,
            BlueGreenStrategy.class,
            K8sContinueStep.class,
            K8sRollbackStep.class,
            BatchesStrategy.class);
    private static final List<Class<?>> TARGETS =
            List.of(ClusterTarget.class, RegistryTarget.class, GlobalDefaults.class);
    private static WorkflowJob job;

    @BeforeClass
    public static void configure() throws Exception {
        JENKINS.jenkins.setSecurityRealm(JENKINS.createDummySecurityRealm());
        JENKINS.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin")
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to("reader")
                .grant(Jenkins.READ, Item.READ, Item.EXTENDED_READ, Item.CONFIGURE)
                .everywhere()
                .to("author"));
        job = JENKINS.createProject(WorkflowJob.class, "job");
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(
                        CredentialsScope.GLOBAL, "secret-id", "", "robot", "hunter2hunter2"));
        KubernetesRolloutConfiguration.get().setClusters(List.of(new ClusterTarget("secret-cluster")));
        KubernetesRolloutConfiguration.get()
                .setRegistries(List.of(new RegistryTarget("secret-registry", "harbor.example.com")));
    }

    @Test
    public void everyMethodNeedsAPost() {
        List<String> open = new ArrayList<>();
        Stream.concat(STEPS.stream(), TARGETS.stream())
                .flatMap(c -> methods(c, "do"))
                .filter(m -> !m.isAnnotationPresent(POST.class))
                .forEach(m -> open.add(m.toString()));

        assertThat(open, is(empty()));
    }

    @Test
    public void listsHoldOnlyTheCurrentValueForReaders() throws Exception {
        for (Method fill : fills()) {
            ListBoxModel list = (ListBoxModel) as("reader", fill, "current");

            assertThat(fill.toString(), list.size(), is(1));
            assertThat(fill.toString(), list.get(0).value, is("current"));
        }
    }

    @Test
    public void authorsSeeClustersAndChoices() throws Exception {
        ListBoxModel clusters = (ListBoxModel) as("author", method(K8sRolloutStep.class, "doFillClusterItems"), "");
        assertThat(values(clusters), is(List.of("", "secret-cluster")));
        ListBoxModel controllers =
                (ListBoxModel) as("author", method(ConfigureIngressAffinityStep.class, "doFillControllerItems"), "own");
        assertThat(values(controllers).get(1), is("ingress-nginx"));
        assertThat(
                "a value that is not on the list is kept", values(controllers).contains("own"), is(true));
        ListBoxModel credentials =
                (ListBoxModel) as("author", method(BuildImageStep.class, "doFillCredentialsIdItems"), "");
        assertThat(values(credentials), is(List.of("", "secret-id")));
    }

    @Test
    public void checksSayNothingToReaders() throws Exception {
        List<Method> checks = Stream.concat(STEPS.stream(), TARGETS.stream())
                .flatMap(c -> methods(c, "doCheck"))
                .toList();
        for (Method check : checks) {
            FormValidation answer = (FormValidation) as("reader", check, "!! not valid !!");

            assertThat(check.toString(), answer.kind, is(FormValidation.Kind.OK));
        }
        assertThat(checks.size(), is(46));
    }

    @Test
    public void checksTellAuthorsWhatIsWrong() throws Exception {
        for (Class<?> step : STEPS) {
            for (Method check : methods(step, "doCheck").toList()) {
                FormValidation answer = (FormValidation) as("author", check, "!! not valid !!");

                assertThat(check.toString(), answer.kind, is(FormValidation.Kind.ERROR));
            }
        }
    }

    @Test
    public void variablesAreNotTakenForMistakes() throws Exception {
        for (Class<?> step : STEPS) {
            for (Method check : methods(step, "doCheck").toList()) {
                FormValidation answer = (FormValidation) as("author", check, "$NAME");

                assertThat(check.toString(), answer.kind, is(FormValidation.Kind.OK));
            }
        }
    }

    @Test
    public void onlyAdministratorsTestConnections() throws Exception {
        for (Class<?> target : List.of(ClusterTarget.class, RegistryTarget.class)) {
            Method test = method(target, "doTestConnection");
            InvocationTargetException denied =
                    assertThrows(InvocationTargetException.class, () -> as("author", test, ""));
            assertThat(denied.getCause(), is(instanceOf(AccessDeniedException3.class)));
        }
    }

    @Test
    public void administratorsAreToldWhyAConnectionFails() throws Exception {
        try (ACLContext context = ACL.as2(User.getById("admin", true).impersonate2())) {
            ClusterTarget.DescriptorImpl clusters =
                    (ClusterTarget.DescriptorImpl) Jenkins.get().getDescriptorOrDie(ClusterTarget.class);
            FormValidation nothing = clusters.doTestConnection("prod", "", "", "", "", "", false);
            assertThat(nothing.kind, is(FormValidation.Kind.ERROR));
            assertThat(nothing.getMessage(), containsString("neither a kubeconfig, nor a server"));
            FormValidation missing = clusters.doTestConnection("prod", "", "", "no-such-id", "", "", false);
            assertThat(
                    missing.getMessage(), containsString("no-such-id: Jenkins has no global credentials of this id"));
            FormValidation away =
                    clusters.doTestConnection("prod", "https://127.0.0.1:1", "", "secret-id", "", "", false);
            assertThat(away.getMessage(), startsWith("Could not"));
            assertThat(away.getMessage(), not(containsString("hunter2")));

            RegistryTarget.DescriptorImpl registries =
                    (RegistryTarget.DescriptorImpl) Jenkins.get().getDescriptorOrDie(RegistryTarget.class);
            FormValidation silent = registries.doTestConnection("harbor", "127.0.0.1:1", "secret-id", "", true);
            assertThat(silent.kind, is(FormValidation.Kind.ERROR));
            assertThat(silent.getMessage(), not(containsString("hunter2")));
        }
    }

    private static List<Method> fills() {
        return Stream.concat(STEPS.stream(), TARGETS.stream())
                .flatMap(c -> methods(c, "doFill"))
                .toList();
    }

    private static Stream<Method> methods(Class<?> describable, String prefix) {
        return Arrays.stream(descriptor(describable).getClass().getMethods())
                .filter(m -> m.getDeclaringClass().getName().startsWith("io.jenkins.plugins.k8srollout"))
                .filter(m -> m.getName().startsWith(prefix) && !m.isBridge());
    }

    private static Method method(Class<?> describable, String name) {
        return methods(describable, name).findFirst().orElseThrow();
    }

    private static Descriptor<?> descriptor(Class<?> describable) {
        return Jenkins.get().getDescriptorOrDie(describable.asSubclass(Describable.class));
    }

    private static Object as(String user, Method method, String value) throws Exception {
        Object[] arguments = Arrays.stream(method.getParameterTypes())
                .map(t -> t == Item.class ? job : t == boolean.class ? (Object) false : value)
                .toArray();
        Descriptor<?> descriptor = STEPS.stream()
                .map(FormsTest::descriptor)
                .filter(d -> method.getDeclaringClass().isInstance(d))
                .findFirst()
                .orElseGet(() -> TARGETS.stream()
                        .map(FormsTest::descriptor)
                        .filter(d -> method.getDeclaringClass().isInstance(d))
                        .findFirst()
                        .orElseThrow());
        try (ACLContext context = ACL.as2(User.getById(user, true).impersonate2())) {
            return method.invoke(descriptor, arguments);
        }
    }

    private static List<String> values(ListBoxModel list) {
        return list.stream().map(o -> o.value).toList();
    }
}
