package io.jenkins.plugins.k8srollout.engine.cluster;

import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.function.ThrowingRunnable;

/** A scripted API server, and a client of it whose time does not pass. */
abstract class Fabric8ClusterFixture {
    static final String PATH = "/api/v1/namespaces/shop/configmaps/settings";
    static final ObjectRef SETTINGS = new ObjectRef("v1", "ConfigMap", "shop", "settings");
    static final KubeObject CONFIG = FakeObjects.parse(
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop}, data: {colour: blue}}");
    static final String STORED =
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"settings\",\"namespace\":\"shop\","
                    + "\"resourceVersion\":\"7\",\"managedFields\":[{\"manager\":\"x\"}]},\"data\":{\"colour\":\"blue\"}}";
    final CapturingSink sink = new CapturingSink();
    final ImpatientScheduler time = new ImpatientScheduler();
    ScriptedApiServer server;
    Fabric8Cluster cluster;

    @Before
    public void open() throws IOException {
        server = new ScriptedApiServer();
        cluster = open(ClusterAccess.server(server.url(), "").withToken("secret-token"));
    }

    Fabric8Cluster open(ClusterAccess access) {
        return Fabric8Cluster.open(access, time, time, sink);
    }

    @After
    public void close() {
        cluster.close();
        server.close();
        time.close();
    }

    static String conflict(String... managers) {
        String causes = Stream.of(managers)
                .map(m -> "{\"reason\":\"FieldManagerConflict\",\"message\":\"conflict with \\\"" + m
                        + "\\\" using v1\",\"field\":\".data.colour\"}")
                .collect(Collectors.joining(","));
        return status(409, "Conflict", "Apply failed with 1 conflict", "{\"causes\":[" + causes + "]}");
    }

    static String status(int code, String reason, String message) {
        return ScriptedApiServer.status(code, reason, message);
    }

    static String status(int code, String reason, String message, String details) {
        return ScriptedApiServer.status(code, reason, message, details);
    }

    static Problem problem(ThrowingRunnable call) {
        return assertThrows(ReleaseException.class, call).problem();
    }

    static KubeObject parsed(String json) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8));
    }
}
