package io.jenkins.plugins.k8srollout.engine.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.sameInstance;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import org.junit.Test;

public class ApplyBodyTest {

    @Test
    public void portsGetTheirProtocol() {
        KubeObject job = FakeObjects.parse("""
                kind: CronJob
                spec: {jobTemplate: {spec: {template: {spec: {
                  initContainers: [{name: a, ports: [{containerPort: 1}]}],
                  containers: [{name: b}, {name: c, ports: [{containerPort: 2, protocol: UDP}, {containerPort: 3}]}]}}}}}
                """);
        KubeObject body = ApplyBody.of(job).child("spec", "jobTemplate", "spec", "template", "spec");
        assertThat(body.text("initContainers", 0, "ports", 0, "protocol").orElseThrow(), equalTo("TCP"));
        assertThat(body.text("containers", 1, "ports", 0, "protocol").orElseThrow(), equalTo("UDP"));
        assertThat(body.text("containers", 1, "ports", 1, "protocol").orElseThrow(), equalTo("TCP"));
        KubeObject service = FakeObjects.parse("{apiVersion: v1, kind: Service, spec: {ports: [{port: 80}]}}");
        assertThat(ApplyBody.of(service).text("spec", "ports", 0, "protocol").orElseThrow(), equalTo("TCP"));
    }

    @Test
    public void otherServicesAreNotTouched() {
        KubeObject knative =
                FakeObjects.parse("{apiVersion: serving.knative.dev/v1, kind: Service, spec: {ports: [{port: 80}]}}");
        assertThat(ApplyBody.of(knative), sameInstance(knative));
    }
}
