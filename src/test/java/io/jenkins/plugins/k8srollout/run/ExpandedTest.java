package io.jenkins.plugins.k8srollout.run;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import hudson.EnvVars;
import io.jenkins.plugins.k8srollout.step.BuildImageStep;
import io.jenkins.plugins.k8srollout.step.K8sRolloutStep;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import org.junit.Test;

public class ExpandedTest {
    private final EnvVars variables = new EnvVars("NAME", "web", "TAG", "v7");

    @Test
    public void textsListsAndMapsAreExpanded() {
        BuildImageStep step = new BuildImageStep("harbor.example.com/shop/$NAME");
        step.setTags(List.of("${TAG}", "latest"));
        step.setLabels(Map.of("team-$NAME", "$NAME-$UNKNOWN"));
        step.setPush(false);

        ImageParameters expanded = Expanded.of(ImageParameters.class, step, variables);

        assertThat(expanded.getImage(), is("harbor.example.com/shop/web"));
        assertThat(expanded.getTags(), is(List.of("v7", "latest")));
        assertThat(expanded.getLabels(), is(Map.of("team-web", "web-$UNKNOWN")));
        assertThat(expanded.isPush(), is(false));
    }

    @Test
    public void noTextIsForgotten() throws Exception {
        K8sRolloutStep step = new K8sRolloutStep();
        for (Method setter : K8sRolloutStep.class.getMethods()) {
            if (setter.getName().startsWith("set") && setter.getParameterTypes()[0] == String.class) {
                setter.invoke(step, "${TAG}");
            }
        }

        ReleaseParameters expanded = Expanded.of(ReleaseParameters.class, step, variables);

        int texts = 0;
        for (Method getter : ReleaseParameters.class.getMethods()) {
            if (getter.getReturnType() == String.class) {
                // Who chose the value of a credentials parameter is Jenkins' to ask.
                boolean credentials = getter.getName().equals("getPullSecret");
                assertThat(getter.getName(), getter.invoke(expanded), is(credentials ? "${TAG}" : "v7"));
                texts++;
            }
        }
        assertThat(texts, is(12));
    }

    @Test
    public void oneParameterCanBeReplaced() {
        K8sRolloutStep step = new K8sRolloutStep();
        step.setNamespace("shop");

        ReleaseParameters other =
                Expanded.with(ReleaseParameters.class, step, "getImages", Map.of("shop/web", "shop/web:v7"));

        assertThat(other.getImages(), is(Map.of("shop/web", "shop/web:v7")));
        assertThat(other.getNamespace(), is("shop"));
    }
}
