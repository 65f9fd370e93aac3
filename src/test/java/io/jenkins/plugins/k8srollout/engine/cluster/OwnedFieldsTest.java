package io.jenkins.plugins.k8srollout.engine.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import org.junit.Test;

public class OwnedFieldsTest {
    private static final KubeObject LIVE = FakeObjects.parse("""
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
              namespace: shop
              annotations: {ours: a, theirs: b}
              finalizers: [x, y]
              managedFields:
                - manager: kubernetes-rollout
                  operation: Apply
                  fieldsV1:
                    f:metadata:
                      f:annotations: {"f:ours": {}}
                      f:finalizers: {'v:"y"': {}}
                    f:spec:
                      f:template:
                        f:spec:
                          f:containers:
                            'k:{"name":"web"}':
                              .: {}
                              f:name: {}
                              f:image: {}
                              f:command: {}
                              f:ports:
                                'k:{"containerPort":8080,"protocol":"TCP"}': {.: {}, "f:containerPort": {}}
                          f:volumes:
                            'k:{"name":"tmp"}': {.: {}, "f:name": {}, "f:emptyDir": {}}
                - manager: kubernetes-rollout
                  operation: Update
                  fieldsV1: {"f:spec": {"f:replicas": {}}}
                - manager: kubernetes-rollout
                  operation: Apply
                  subresource: status
                  fieldsV1: {"f:status": {}}
                - manager: other
                  operation: Apply
                  fieldsV1: {"f:metadata": {"f:annotations": {"f:theirs": {}}}}
            spec:
              replicas: 3
              template:
                spec:
                  restartPolicy: Always
                  containers:
                    - {name: sidecar, image: s}
                    - name: web
                      image: w
                      command: [run, it]
                      imagePullPolicy: Always
                      ports: [{containerPort: 8080, protocol: TCP}, {containerPort: 9090, protocol: TCP}]
                  volumes: [{name: tmp, emptyDir: {}}]
            status: {replicas: 3}
            """);

    @Test
    public void keepsWhatOurAppliesOwnAndNothingElse() {
        assertThat(OwnedFields.of(LIVE, "kubernetes-rollout"), equalTo(FakeObjects.parse("""
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: web, namespace: shop, annotations: {ours: a}, finalizers: [y]}
                        spec:
                          template:
                            spec:
                              containers:
                                - name: web
                                  image: w
                                  command: [run, it]
                                  ports: [{containerPort: 8080, protocol: TCP}]
                              volumes: [{name: tmp, emptyDir: {}}]
                        """)));
    }

    @Test
    public void whoOwnsNothingGetsTheIdentity() {
        assertThat(
                OwnedFields.of(LIVE, "nobody"),
                equalTo(FakeObjects.parse(
                        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}}")));
    }
}
