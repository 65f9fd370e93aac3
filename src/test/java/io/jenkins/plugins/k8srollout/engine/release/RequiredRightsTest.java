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

        assertThat(RequiredRights.roleYaml(rights), equalTo("""
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
}
