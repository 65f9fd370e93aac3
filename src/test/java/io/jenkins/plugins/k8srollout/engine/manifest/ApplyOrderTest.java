package io.jenkins.plugins.k8srollout.engine.manifest;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.Test;

public class ApplyOrderTest {
    private static final String[] ORDER = {
        "v1 Namespace",
        "apiextensions.k8s.io/v1 CustomResourceDefinition",
        "scheduling.k8s.io/v1 PriorityClass",
        "v1 ServiceAccount",
        "rbac.authorization.k8s.io/v1 Role",
        "rbac.authorization.k8s.io/v1 RoleBinding",
        "v1 ResourceQuota",
        "v1 Secret",
        "v1 ConfigMap",
        "v1 PersistentVolume",
        "v1 PersistentVolumeClaim",
        "v1 Service",
        "cert-manager.io/v1 Certificate",
        "apps/v1 Deployment",
        "policy/v1 PodDisruptionBudget",
        "autoscaling/v2 HorizontalPodAutoscaler",
        "gateway.networking.k8s.io/v1 HTTPRoute",
        "admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration"
    };

    @Test
    public void whatOthersNeedComesFirst() {
        List<String> backwards = new ArrayList<>(Arrays.asList(ORDER));
        Collections.reverse(backwards);
        assertThat(sorted(backwards), contains(ORDER));
    }

    @Test
    public void equalRanksKeepTheirOrder() {
        assertThat(
                sorted(List.of("apps/v1 StatefulSet", "batch/v1 Job", "v1 Secret", "apps/v1 Deployment")),
                contains("v1 Secret", "apps/v1 StatefulSet", "batch/v1 Job", "apps/v1 Deployment"));
    }

    private static List<String> sorted(List<String> kinds) {
        List<KubeObject> objects = kinds.stream()
                .map(text -> text.split(" "))
                .map(parts -> KubeObject.of(Map.of("apiVersion", parts[0], "kind", parts[1])))
                .toList();
        return ApplyOrder.sort(objects).stream()
                .map(o -> o.apiVersion() + " " + o.kind())
                .toList();
    }
}
