package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.AccessRight;
import java.util.List;
import org.junit.Test;

public class RequiredRightsTest {
    @Test
    public void roleGroupsWhatBelongsTogether() {
        List<AccessRight> rights = List.of(
                new AccessRight("get", "", "pods", "shop"),
                new AccessRight("list", "", "pods", "shop"),
                new AccessRight("get", "", "events", "shop"),
                new AccessRight("list", "", "events", "shop"),
                new AccessRight("get", "", "pods/log", "shop"),
                new AccessRight("list", "networking.k8s.io", "ingressclasses", ""));

        assertThat(RequiredRights.roleYaml("kubernetes-rollout", rights), equalTo("""
                        apiVersion: rbac.authorization.k8s.io/v1
                        kind: ClusterRole
                        metadata:
                          name: kubernetes-rollout
                        rules:
                          - apiGroups: ["networking.k8s.io"]
                            resources: [ingressclasses]
                            verbs: [list]
                        ---
                        apiVersion: rbac.authorization.k8s.io/v1
                        kind: Role
                        metadata:
                          name: kubernetes-rollout
                          namespace: shop
                        rules:
                          - apiGroups: [""]
                            resources: [pods, events]
                            verbs: [get, list]
                          - apiGroups: [""]
                            resources: [pods/log]
                            verbs: [get]
                        """));
    }

    @Test
    public void waitingNeedsNoRightToChange() {
        assertThat(
                RequiredRights.toWait("shop"), not(hasItem(new AccessRight("patch", "apps", "deployments", "shop"))));
        assertThat(RequiredRights.toRollOut("shop"), hasItem(new AccessRight("patch", "apps", "deployments", "shop")));
    }

    /** Applying a role of the same name would take away what the other one has granted. */
    @Test
    public void anAdditionHasANameOfItsOwn() {
        AccessRight patch = new AccessRight("patch", "apps", "deployments", "shop");
        AccessRight get = new AccessRight("get", "", "secrets", "shop");
        String name = name(List.of(patch, get));
        assertThat(name, not(equalTo("kubernetes-rollout")));
        assertThat(name(List.of(patch)), not(equalTo(name)));
        assertThat("in whatever order", name(List.of(get, patch)), equalTo(name));
    }

    private static String name(List<AccessRight> rights) {
        return RequiredRights.additionYaml(rights)
                .lines()
                .filter(l -> l.startsWith("  name: "))
                .findFirst()
                .orElseThrow()
                .substring("  name: ".length());
    }
}
