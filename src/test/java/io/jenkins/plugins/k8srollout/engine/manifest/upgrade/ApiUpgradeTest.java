package io.jenkins.plugins.k8srollout.engine.manifest.upgrade;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.manifest.Yaml;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis.Resource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.Test;

public class ApiUpgradeTest {
    private static final KubeObject OLD = Yaml.one("""
            apiVersion: extensions/v1beta1
            kind: Deployment
            metadata: {name: web}
            spec:
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers: [{name: web, env: [{name: DB_PASSWORD, value: hunter2}]}]
            """);

    @Test
    public void whatIsServedInItsNewestVersionIsLeftAlone() {
        for (String text : List.of(
                "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, status: {replicas: 1}}",
                "{apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: {name: a}}",
                "{apiVersion: example.com/v1, kind: Widget, metadata: {name: a}}")) {
            KubeObject object = Yaml.one(text);
            Upgrade upgrade = ApiUpgrade.upgrade(object, KnownApis.newest());
            assertThat(upgrade.object(), is(object));
            assertThat(upgrade.change(), is(Optional.empty()));
            assertThat(upgrade.diff(), is(""));
            assertThat(upgrade.notes(), is(empty()));
        }
    }

    @Test
    public void serverIsAskedAndItsVersionNumberIsNot() {
        ServedApis strange =
                new ServedApis("1.34", List.of(new Resource("extensions/v1beta1", "Deployment", "deployments", true)));
        assertThat(ApiUpgrade.upgrade(OLD, strange).object(), is(OLD));
    }

    @Test
    public void changedBehaviourIsNoted() {
        List<String> notes = ApiUpgrade.upgrade(OLD, KnownApis.newest()).notes();
        assertThat(notes, hasItem(containsString("spec.selector is now required")));
        assertThat(notes, hasItem(containsString("maxSurge was 1")));
        assertThat(notes, hasItem(containsString("progressDeadlineSeconds is now 600")));
        assertThat(notes, hasItem(containsString("revisionHistoryLimit is now 10")));
    }

    @Test
    public void diffShowsTheChangeAndNoSecret() {
        String diff = ApiUpgrade.upgrade(OLD, KnownApis.newest()).diff();
        assertThat(diff, containsString("-apiVersion: extensions/v1beta1\n+apiVersion: apps/v1\n"));
        assertThat(diff, containsString("+  selector:\n"));
        assertThat(diff, not(containsString("hunter2")));
    }

    @Test
    public void classAnnotationStaysWithoutAClassObject() {
        KubeObject ingress = Yaml.one("{apiVersion: extensions/v1beta1, kind: Ingress, metadata: {name: a,"
                + " annotations: {kubernetes.io/ingress.class: nginx}}}");
        Upgrade upgrade = ApiUpgrade.upgrade(ingress, KnownApis.newest());
        assertThat(upgrade.object().annotations(), is(ingress.annotations()));
        assertThat(upgrade.notes(), hasItem(containsString("no IngressClass 'nginx' is known")));
    }

    @Test
    public void annotationsThatAreEmptyNowAreLeftOut() {
        KubeObject ingress = Yaml.one("{apiVersion: extensions/v1beta1, kind: Ingress, metadata: {name: a,"
                + " annotations: {kubernetes.io/ingress.class: nginx}}}");
        KubeObject upgraded =
                ApiUpgrade.upgrade(ingress, KnownApis.newest(), Set.of("nginx")).object();
        assertThat(upgraded.text("spec", "ingressClassName").orElseThrow(), is("nginx"));
        assertThat(upgraded.has("metadata", "annotations"), is(false));
    }

    @Test
    public void whatHasNoWayIsLeftAloneWithAReason() {
        KubeObject webhook = Yaml.one("{apiVersion: admissionregistration.k8s.io/v1beta1,"
                + " kind: MutatingWebhookConfiguration, metadata: {name: a}, webhooks: [{name: w}]}");
        Upgrade gone = ApiUpgrade.upgrade(webhook, KnownApis.newest());
        assertThat(gone.object(), is(webhook));
        assertThat(gone.obstacle().get(), containsString("sideEffects"));
        // Where the old version is still served there is nothing to report.
        assertThat(ApiUpgrade.upgrade(webhook, KnownApis.of("1.20")).object(), is(webhook));
        KubeObject budget = Yaml.one(
                "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: a}, spec: {selector: {}}}");
        assertThat(
                ApiUpgrade.upgrade(budget, KnownApis.of("1.20")).obstacle().get(),
                containsString("empty spec.selector"));
    }
}
