package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.AccessRight;
import io.jenkins.plugins.k8srollout.testutil.FakeCluster;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.Test;
import org.yaml.snakeyaml.Yaml;

public class ConnectionReportTest {
    private final FakeCluster cluster = new FakeCluster();

    @Test
    public void tellsVersionAndIdentity() {
        ConnectionReport report = ConnectionReport.of(cluster, "shop");

        assertThat(report.version(), is("1.34"));
        assertThat(report.identity().orElseThrow(), is("system:serviceaccount:jenkins:deployer"));
        assertThat(report.isComplete(), is(true));
        assertThat(report.grantYaml(), is(""));
    }

    @Test
    public void eachWorkNamesWhatItLacks() {
        cluster.denyRights(
                new AccessRight("patch", "apps", "deployments", "shop"),
                new AccessRight("get", "", "pods/log", "shop"),
                new AccessRight("list", "networking.k8s.io", "ingressclasses", ""));

        ConnectionReport report = ConnectionReport.of(cluster, "shop");

        assertThat(
                report.work().stream()
                        .map(work -> work.name() + ": " + work.missingWords())
                        .toList(),
                is(List.of(
                        "rollout: get pods/log, patch deployments",
                        "wait: get pods/log",
                        "affinity: list ingressclasses",
                        "history: ",
                        "create-namespace: ")));
        assertThat(report.isComplete(), is(false));
    }

    @Test
    public void grantsRolesToTheIdentityThatAsked() {
        cluster.denyRights(
                new AccessRight("patch", "apps", "deployments", "shop"),
                new AccessRight("list", "networking.k8s.io", "ingressclasses", ""));

        String yaml = ConnectionReport.of(cluster, "shop").grantYaml();

        assertThat(
                List.of(yaml.split("---\n")).stream()
                        .map(d -> d.lines().filter(l -> l.startsWith("kind:")).collect(Collectors.joining()))
                        .toList(),
                is(List.of("kind: ClusterRole", "kind: Role", "kind: ClusterRoleBinding", "kind: RoleBinding")));
        assertThat(yaml, containsString("kind: ServiceAccount"));
        assertThat(subject(yaml), is(Map.of("kind", "ServiceAccount", "name", "deployer", "namespace", "jenkins")));
    }

    @Test
    public void aRoleIsWholeWhereAnythingIsMissing() {
        cluster.denyRights(new AccessRight("get", "", "pods/log", "shop"));

        String yaml = ConnectionReport.of(cluster, "shop").grantYaml();

        assertThat("it replaces an earlier one", yaml, containsString("deployments"));
        assertThat("nothing in the whole cluster is missing", yaml, not(containsString("ClusterRole")));
    }

    @Test
    public void agentsHaveARoleOfTheirOwn() {
        cluster.denyRights(
                new AccessRight("create", "", "pods", "ci"),
                new AccessRight("patch", "coordination.k8s.io", "leases", "ci"));

        ConnectionReport report = ConnectionReport.ofAgents(cluster, "ci");

        assertThat(
                report.work().stream()
                        .map(work -> work.name() + ": " + work.missingWords())
                        .toList(),
                is(List.of("agents: create pods", "agent-reasons: ", "agent-orphans: patch leases")));
        assertThat(report.isComplete(), is(false));
        assertThat(report.grantYaml(), is("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata:
                  name: kubernetes-rollout-agents
                  namespace: ci
                rules:
                  - apiGroups: [""]
                    resources: [pods]
                    verbs: [create, get, list, watch, delete]
                  - apiGroups: [""]
                    resources: [secrets]
                    verbs: [create]
                  - apiGroups: [""]
                    resources: [events]
                    verbs: [list, watch]
                  - apiGroups: [""]
                    resources: [pods/log]
                    verbs: [get]
                  - apiGroups: ["coordination.k8s.io"]
                    resources: [leases]
                    verbs: [get, create, patch]
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata:
                  name: kubernetes-rollout-agents
                  namespace: ci
                roleRef:
                  apiGroup: rbac.authorization.k8s.io
                  kind: Role
                  name: kubernetes-rollout-agents
                subjects:
                - kind: ServiceAccount
                  name: deployer
                  namespace: jenkins
                """));
    }

    @Test
    public void anUnknownIdentityGetsRolesWithoutBindings() {
        cluster.identify(null);
        cluster.denyRights(new AccessRight("patch", "apps", "deployments", "shop"));

        assertThat(ConnectionReport.of(cluster, "shop").grantYaml(), not(containsString("RoleBinding")));
    }

    @Test
    public void aUsersNameCannotLeaveItsQuotes() {
        cluster.identify("o'brien\n- kind: Group");
        cluster.denyRights(new AccessRight("patch", "apps", "deployments", "shop"));

        String yaml = ConnectionReport.of(cluster, "shop").grantYaml();

        assertThat(
                subject(yaml),
                is(Map.of("apiGroup", "rbac.authorization.k8s.io", "kind", "User", "name", "o'brien\n- kind: Group")));
    }

    @Test
    public void namespacesThatCannotBeMadeAreNoFault() {
        cluster.denyRights(new AccessRight("create", "", "namespaces", ""));

        ConnectionReport report = ConnectionReport.of(cluster, "shop");

        assertThat(report.isComplete(), is(true));
        assertThat(report.grantYaml(), is(""));
        assertThat(report.work().get(4).missingWords(), is("create namespaces"));
    }

    private static Object subject(String yaml) {
        Map<?, ?> last = new Yaml().load(yaml.substring(yaml.lastIndexOf("---\n")));
        return ((List<?>) last.get("subjects")).get(0);
    }
}
