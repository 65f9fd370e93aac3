package io.jenkins.plugins.k8srollout.engine.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.util.List;
import org.junit.Test;

/** What certainly changes nothing, as the books of API servers show it. */
public class IdleApplyTest {
    private static final KubeObject WANTED = FakeObjects.parse("""
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop, labels: {app: web}}
            spec: {selector: {app: web}, ports: [{port: 80, protocol: TCP}]}
            """);
    private static final KubeObject LIVE = FakeObjects.parse("""
            apiVersion: v1
            kind: Service
            metadata:
              name: web
              namespace: shop
              resourceVersion: '5'
              labels: {app: web, team: blue}
              managedFields:
                - manager: kubernetes-rollout
                  operation: Apply
                  apiVersion: v1
                  time: '2026-11-21T10:00:00Z'
                  fieldsV1:
                    'f:metadata': {'f:labels': {'f:app': {}}}
                    'f:spec':
                      'f:selector': {}
                      'f:ports':
                        'k:{"port":80,"protocol":"TCP"}': {'.': {}, 'f:port': {}}
                - manager: an-operator
                  operation: Update
                  apiVersion: v1
                  fieldsV1: {'f:metadata': {'f:labels': {'f:team': {}}}}
            spec: {clusterIP: 10.0.0.1, selector: {app: web}, ports: [{port: 80, protocol: TCP, targetPort: 80}]}
            """);

    @Test
    public void whatIsOursAlreadyInAllItsPartsIsNotSent() {
        assertThat(IdleApply.is(LIVE, WANTED), is(true));
    }

    @Test
    public void whatOnlyHasToExistIsNotSent() {
        KubeObject bare = FakeObjects.parse("{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}}");
        assertThat(IdleApply.is(LIVE.with(List.of(), "metadata", "managedFields"), bare), is(true));
        assertThat(IdleApply.is(LIVE, bare), is(false));
    }

    @Test
    public void otherValuesMoreOrFewerFieldsAreSent() {
        for (KubeObject wanted : List.of(
                WANTED.with("api", "spec", "selector", "app"),
                WANTED.with("blue", "metadata", "labels", "team"),
                WANTED.without("metadata", "labels"),
                WANTED.with(80, "spec", "ports", 0, "targetPort"))) {
            assertThat(IdleApply.is(LIVE, wanted), is(false));
        }
    }

    @Test
    public void whatIsNotYetOursOrNotOnlyOursIsSent() {
        KubeObject another = LIVE.with("Update", "metadata", "managedFields", 0, "operation");
        KubeObject older = LIVE.with("v1beta1", "metadata", "managedFields", 0, "apiVersion");
        KubeObject kubectls = LIVE.with("kubectl-client-side-apply", "metadata", "managedFields", 1, "manager");
        KubeObject ending = LIVE.with("2026-11-21T10:00:00Z", "metadata", "deletionTimestamp");
        for (KubeObject live : List.of(another, older, kubectls, ending, LIVE.without("metadata", "managedFields"))) {
            assertThat(IdleApply.is(live, WANTED), is(false));
        }
    }

    @Test
    public void onlyVersionsAndTimesMayDifferAfterADryRun() {
        KubeObject later = LIVE.with("2026-11-21T11:00:00Z", "metadata", "managedFields", 0, "time")
                .with("6", "metadata", "resourceVersion");
        assertThat(IdleApply.isSame(LIVE, later), is(true));
        assertThat(IdleApply.isSame(LIVE, later.with("v2", "metadata", "managedFields", 1, "apiVersion")), is(false));
        assertThat(IdleApply.isSame(LIVE, later.with("x", "spec", "clusterIP")), is(false));
    }
}
