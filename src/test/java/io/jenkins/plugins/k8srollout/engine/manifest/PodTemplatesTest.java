package io.jenkins.plugins.k8srollout.engine.manifest;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import org.junit.Test;
import org.junit.experimental.runners.Enclosed;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameter;
import org.junit.runners.Parameterized.Parameters;

@RunWith(Enclosed.class)
public class PodTemplatesTest {

    @RunWith(Parameterized.class)
    public static class Kinds {
        @Parameters(name = "{0} {1}")
        public static Collection<Object[]> table() {
            return Arrays.asList(new Object[][] {
                {"v1", "Pod", "", true},
                {"v1", "ReplicationController", "spec template", true},
                {"v1", "PodTemplate", "template", true},
                {"apps/v1", "Deployment", "spec template", true},
                {"extensions/v1beta1", "DaemonSet", "spec template", true},
                {"batch/v1", "Job", "spec template", true},
                {"batch/v1beta1", "CronJob", "spec jobTemplate spec template", true},
                {"argoproj.io/v1alpha1", "Rollout", "spec template", true},
                {"apps.kruise.io/v1beta1", "StatefulSet", "spec template", true},
                {"v1", "Service", "spec template", false},
                {"serving.example.com/v1", "Pod", "", false},
            });
        }

        @Parameter(0)
        public String apiVersion;

        @Parameter(1)
        public String kind;

        @Parameter(2)
        public String path;

        @Parameter(3)
        public boolean found;

        @Test
        public void templateIsFoundByKind() {
            KubeObject pod =
                    Yaml.one("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c}]}}");
            KubeObject object = KubeObject.of(Map.of("apiVersion", apiVersion, "kind", kind));
            Object[] steps = path.isEmpty() ? new Object[] {"spec"} : (path + " spec").split(" ");
            object = object.with(pod.child("spec").fields(), steps);
            assertThat(PodTemplates.of(object).isPresent(), is(found));
            PodTemplates.of(object)
                    .ifPresent(t -> assertThat(t.containers().get(0).name(), is("c")));
        }
    }

    public static class Content {
        private final PodTemplate template = PodTemplates.of(Yaml.one("""
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: web}
                        spec:
                          template:
                            spec:
                              imagePullSecrets: [{name: registry}]
                              initContainers:
                              - name: prepare
                                image: a
                                envFrom:
                                - configMapRef: {name: one}
                                - secretRef: {name: two, optional: true}
                              containers:
                              - name: web
                                image: b
                                env:
                                - {name: A, value: x}
                                - name: B
                                  valueFrom: {configMapKeyRef: {name: three, key: k}}
                                - name: C
                                  valueFrom: {secretKeyRef: {name: four, key: k}}
                              volumes:
                              - name: a
                                configMap: {name: five}
                              - name: b
                                secret: {secretName: six}
                              - name: c
                                projected:
                                  sources:
                                  - configMap: {name: seven}
                                  - secret: {name: eight}
                        """)).get();

        @Test
        public void containersKnowTheirPlace() {
            PodTemplate.Container container = template.containers().get(1);
            assertThat(template.containers().get(0).init(), is(true));
            assertThat(container.at("image"), is(new Object[] {"spec", "template", "spec", "containers", 0, "image"}));
            assertThat(template.owner().text(container.at("image")).get(), is(container.image()));
        }

        @Test
        public void everyUseOfConfigurationIsFoundAndPullSecretsAreNot() {
            assertThat(
                    template.configReferences().stream()
                            .map(r -> r.kind() + " " + r.name() + (r.optional() ? "?" : ""))
                            .toList(),
                    contains(
                            "ConfigMap one",
                            "Secret two?",
                            "ConfigMap three",
                            "Secret four",
                            "ConfigMap five",
                            "Secret six",
                            "ConfigMap seven",
                            "Secret eight"));
        }
    }
}
