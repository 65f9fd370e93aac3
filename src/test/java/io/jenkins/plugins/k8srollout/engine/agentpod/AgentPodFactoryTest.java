package io.jenkins.plugins.k8srollout.engine.agentpod;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodSpec.Connection;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.Test;

/** Each case of {@code src/test/resources/agentpod}: a template's values and YAML, and the pod that comes of them. */
public class AgentPodFactoryTest {
    private static final AgentOwner OWNER = new AgentOwner("0123456789abcdef", "build farm", "maven");

    private static AgentPodSpec plain(KubeObject yaml) {
        return new AgentPodSpec(
                "maven-bcdfghjk",
                OWNER,
                "ci",
                AgentContainer.of("agent", "harbor.example.com/ci/agent:1"),
                List.of(),
                Map.of(),
                "",
                List.of(),
                "/home/jenkins/agent",
                yaml,
                new Connection("https://ci.example.com/", true, ""));
    }

    private static AgentPodSpec full(KubeObject yaml) {
        AgentContainer agent = new AgentContainer(
                "whatever",
                "harbor.example.com/ci/agent:1",
                List.of(),
                List.of(),
                Map.of("MAVEN_OPTS", "-Xmx1g"),
                Map.of("cpu", "500m", "memory", "1Gi"),
                Map.of("memory", "2Gi"));
        AgentContainer database = new AgentContainer(
                "db",
                "harbor.example.com/ci/mysql:8",
                List.of("mysqld"),
                List.of("--skip-log-bin"),
                Map.of("MYSQL_ALLOW_EMPTY_PASSWORD", "true"),
                Map.of(),
                Map.of("memory", "512Mi"));
        return new AgentPodSpec(
                "maven-bcdfghjk",
                OWNER,
                "ci",
                agent,
                List.of(database),
                Map.of("pool", "ci"),
                "builder",
                List.of(
                        new AgentVolume(AgentVolume.Kind.CLAIM, "m2", "/home/jenkins/.m2", false),
                        new AgentVolume(AgentVolume.Kind.CONFIG_MAP, "settings", "/etc/maven", true),
                        new AgentVolume(AgentVolume.Kind.MEMORY, "64Mi", "/dev/shm", false)),
                "/home/jenkins/agent",
                yaml,
                new Connection("http://ci.example.com:8080/jenkins/", false, "ci.example.com:50000"));
    }

    @Test
    public void plainTemplate() {
        assertThat(AgentPodFactory.pod(plain(KubeObject.empty())).fields(), is(golden("plain")));
    }

    @Test
    public void everyField() {
        assertThat(AgentPodFactory.pod(full(KubeObject.empty())).fields(), is(golden("full")));
    }

    @Test
    public void yamlGoesBeforeTheFields() {
        KubeObject yaml = KubeObject.of(golden("yaml-before"));
        assertThat(AgentPodFactory.pod(full(yaml)).fields(), is(golden("yaml-after")));
    }

    @Test
    public void yamlCannotTakeThePodAway() {
        KubeObject yaml = KubeObject.of(golden("hostile-before"));
        KubeObject pod = AgentPodFactory.pod(plain(yaml));
        assertThat(pod.fields(), is(golden("hostile-after")));
        assertThat(AgentOwner.owns(OWNER.controller(), pod), is(true));
    }

    @Test
    public void otherKindsAreRefused() {
        for (String yaml : List.of(
                "{kind: Deployment}", "{apiVersion: apps/v1, kind: Pod}", "{kind: Pod, spec: []}", "{metadata: x}")) {
            ReleaseException refused = assertThrows(
                    yaml, ReleaseException.class, () -> AgentPodFactory.pod(plain(FakeObjects.parse(yaml))));
            assertThat(refused.getMessage(), containsString("template's YAML"));
        }
    }

    @Test
    public void theSecretIsOfThePodAndNowhereElse() {
        KubeObject pod = AgentPodFactory.pod(full(KubeObject.empty())).with("u-1", "metadata", "uid");
        KubeObject secret = AgentPodFactory.secret(pod, "s3cr3t");
        assertThat(secret.fields(), is(golden("secret")));
        assertThat(secret.toString(), not(containsString("s3cr3t")));
        assertThat(pod.fields().toString(), not(containsString("s3cr3t")));
    }

    @Test
    public void labelsFindThePodAgain() {
        KubeObject pod = AgentPodFactory.pod(plain(KubeObject.empty()));
        assertThat(pod.labels(), hasEntry(AgentOwner.AGENT, "maven-bcdfghjk"));
        assertThat(AgentOwner.isOfCloud("build farm", pod), is(true));
        assertThat(AgentOwner.isOfCloud("build-farm", pod), is(false));
        assertThat(AgentOwner.isOfTemplate("maven", pod), is(true));
        assertThat(AgentOwner.owns("fedcba9876543210", pod), is(false));
    }

    private static Map<String, Object> golden(String name) {
        try (InputStream in = AgentPodFactoryTest.class.getResourceAsStream("/agentpod/" + name + ".yaml")) {
            return FakeObjects.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .fields();
        } catch (IOException e) {
            throw new AssertionError("cannot read " + name, e);
        }
    }
}
