package io.jenkins.plugins.k8srollout.e2e;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyOptions;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Does to a real cluster what other tools and administrators do. */
final class RawClient {
    private RawClient() {}

    private static Config config(ClusterAccess access) {
        return Config.fromKubeconfig(null, new File(System.getenv("KUBECONFIG")));
    }

    static void apply(ClusterAccess access, KubeObject object, String manager) {
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config(access)).build()) {
            GenericKubernetesResource resource =
                    Serialization.unmarshal(Serialization.asJson(object.fields()), GenericKubernetesResource.class);
            client.resource(resource)
                    .patch(new PatchContext.Builder()
                            .withPatchType(PatchType.SERVER_SIDE_APPLY)
                            .withFieldManager(manager)
                            .withForce(true)
                            .build());
        }
    }

    /**
     * Creates an object by an ordinary write, as kubectl's client-side commands do.
     *
     * @param path of the collection
     */
    static void create(ClusterAccess access, String path, KubeObject object, String manager) {
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config(access)).build()) {
            client.raw(path + "?fieldManager=" + manager, "POST", object.fields());
        }
    }

    /** Changes an object by an ordinary write. */
    static void change(ClusterAccess access, KubeObject object, String manager) {
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config(access)).build()) {
            GenericKubernetesResource resource =
                    Serialization.unmarshal(Serialization.asJson(object.fields()), GenericKubernetesResource.class);
            client.resource(resource)
                    .patch(new PatchContext.Builder()
                            .withPatchType(PatchType.JSON_MERGE)
                            .withFieldManager(manager)
                            .build());
        }
    }

    static String caPem(ClusterAccess access) {
        return new String(Base64.getDecoder().decode(config(access).getCaCertData()), StandardCharsets.UTF_8);
    }

    /** A service account that may only read, with a token of its own. */
    static ClusterAccess readOnlyUser(ClusterAccess access, ClusterPort cluster, String namespace) {
        List<KubeObject> objects = FakeObjects.parseAll("""
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: reader, namespace: NS}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: reader, namespace: NS}
                rules: [{apiGroups: ["", apps], resources: ["*"], verbs: [get, list, watch]}]
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: reader, namespace: NS}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
                subjects: [{kind: ServiceAccount, name: reader, namespace: NS}]
                """.replace("NS", namespace));
        objects.forEach(o -> cluster.apply(o, ApplyOptions.PLAIN));
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config(access)).build()) {
            String token = client.serviceAccounts()
                    .inNamespace(namespace)
                    .withName("reader")
                    .tokenRequest(new TokenRequest())
                    .getStatus()
                    .getToken();
            return ClusterAccess.server(cluster.address(), caPem(access)).withToken(token);
        }
    }
}
