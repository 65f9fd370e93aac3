package io.jenkins.plugins.k8srollout.step;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.cloud.AgentPodCloud;
import io.jenkins.plugins.k8srollout.cloud.AgentPodContainer;
import io.jenkins.plugins.k8srollout.cloud.AgentPodTemplate;
import io.jenkins.plugins.k8srollout.cloud.AgentPodVolume;
import io.jenkins.plugins.k8srollout.config.ClusterTarget;
import io.jenkins.plugins.k8srollout.config.GlobalDefaults;
import io.jenkins.plugins.k8srollout.config.KubernetesRolloutConfiguration;
import io.jenkins.plugins.k8srollout.config.RegistryTarget;
import io.jenkins.plugins.k8srollout.freestyle.RolloutBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.Test;
import org.kohsuke.stapler.ClassDescriptor;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** Every parameter is in its form and has a help text that states the default. */
public class HelpTest {
    private static final Pattern INCLUDED = Pattern.compile("<st:include page=\"([^\"]+)\"");
    private static final List<Class<?>> FORMS = List.of(
            BuildImageStep.class,
            K8sRolloutStep.class,
            ConfigureIngressAffinityStep.class,
            WaitHealthyStep.class,
            K8sContinueStep.class,
            K8sRollbackStep.class,
            RollingStrategy.class,
            RecreateStrategy.class,
            AnalysisFields.class,
            CanaryStrategy.class,
            BlueGreenStrategy.class,
            BatchesStrategy.class,
            KubernetesRolloutConfiguration.class,
            ClusterTarget.class,
            RegistryTarget.class,
            GlobalDefaults.class,
            RolloutBuilder.class,
            AgentPodCloud.class,
            AgentPodTemplate.class,
            AgentPodContainer.class,
            AgentPodVolume.class);

    @Test
    public void everyParameterIsInItsForm() {
        forms().forEach((form, parameters) -> parameters.forEach(parameter ->
                assertThat(form.getSimpleName(), form(form), containsString("field=\"" + parameter + "\""))));
    }

    @Test
    public void everyParameterHasHelpThatStatesItsDefault() {
        List<String> lacking = new ArrayList<>();
        forms().forEach((form, parameters) -> parameters.forEach(parameter -> {
            String help = resource(form, "help-" + parameter + ".html");
            if (!help.contains("Default:") && !help.contains("equired")) {
                lacking.add(form.getSimpleName() + "." + parameter);
            }
        }));
        assertThat(lacking, is(empty()));
    }

    @Test
    public void formsHoldNoScriptAndNoStyle() {
        for (Class<?> form : FORMS) {
            String jelly = form(form);
            for (String forbidden : List.of("<script", "<style", "onclick", "javascript:", "checkUrl")) {
                assertThat(form + " " + forbidden, jelly.contains(forbidden), is(false));
            }
        }
    }

    private static Map<Class<?>, List<String>> forms() {
        Map<Class<?>, List<String>> parameters =
                new TreeMap<>((a, b) -> a.getName().compareTo(b.getName()));
        for (Class<?> form : FORMS) {
            List<String> names = new ArrayList<>();
            Arrays.stream(form.getConstructors())
                    .filter(c -> c.isAnnotationPresent(DataBoundConstructor.class))
                    .forEach(c -> names.addAll(List.of(ClassDescriptor.loadParameterNames(c))));
            Stream.<Class<?>>iterate(form, c -> c != Object.class, Class::getSuperclass)
                    .flatMap(c -> Arrays.stream(c.getDeclaredMethods()))
                    .filter(m -> m.isAnnotationPresent(DataBoundSetter.class) && !m.isBridge())
                    .map(m -> Character.toLowerCase(m.getName().charAt(3))
                            + m.getName().substring(4))
                    .forEach(names::add);
            parameters.put(form, names);
        }
        return parameters;
    }

    /** A form with the pages that it includes. */
    private static String form(Class<?> form) {
        StringBuilder text = new StringBuilder(resource(form, "config.jelly"));
        Matcher included = INCLUDED.matcher(resource(form, "config.jelly"));
        while (included.find()) {
            text.append(resource(form, included.group(1)));
        }
        return text.toString();
    }

    /** Of the class, or of one that it extends, as Jenkins looks it up. */
    private static String resource(Class<?> form, String name) {
        for (Class<?> c = form; c != Object.class; c = c.getSuperclass()) {
            try (InputStream in = c.getResourceAsStream(c.getSimpleName() + "/" + name)) {
                if (in != null) {
                    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
                }
            } catch (IOException e) {
                throw new AssertionError("cannot read " + name, e);
            }
        }
        return "";
    }
}
