package io.jenkins.plugins.k8srollout.engine.agentpod;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The two objects of an agent: its pod, and the Secret that holds what the agent proves itself with. Pure.
 *
 * <p>The Secret is mounted as a file into the agent's container alone. As an environment variable it would stand in the
 * pod's spec or be handed on to every process of every build. It belongs to the pod, so that the cluster removes it with
 * the pod, whoever removes that; nobody has to be allowed to list or delete Secrets.
 */
public final class AgentPodFactory {
    /** The container that the agent runs in; the YAML may say more about it under this name. */
    public static final String AGENT_CONTAINER = "agent";

    private static final String WORKSPACE = "k8s-rollout-workspace";
    private static final String LOGIN = "k8s-rollout-login";
    private static final String LOGIN_FOLDER = "/var/run/secrets/k8s-rollout.jenkins.io";
    private static final String LOGIN_KEY = "secret";
    // The agent of a build that is over has nothing to finish; it ends at once, and so does its place under the cap.
    private static final long GRACE_SECONDS = 5;
    // Read by any user that an image may run as; only this container has the volume.
    private static final long READABLE = 0444;

    private AgentPodFactory() {}

    /**
     * The pod as it is sent to the cluster.
     *
     * @throws ReleaseException (refused input) if the YAML is not about a pod
     */
    public static KubeObject pod(AgentPodSpec spec) {
        KubeObject yaml = checked(spec.yaml());
        KubeObject merged = PodMerge.merge(base(spec), yaml.without("metadata", "generateName"));
        return sealed(withMounts(merged, spec), spec);
    }

    /**
     * The Secret for a pod that exists.
     *
     * @param pod as the server has answered, with its uid
     * @param secret what the agent proves itself with
     */
    public static KubeObject secret(KubeObject pod, String secret) {
        Map<String, Object> owner = new LinkedHashMap<>();
        owner.put("apiVersion", "v1");
        owner.put("kind", "Pod");
        owner.put("name", pod.name());
        owner.put("uid", pod.uid());
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", pod.name());
        metadata.put("namespace", pod.namespace());
        metadata.put("labels", ownLabels(pod));
        metadata.put("ownerReferences", List.of(owner));
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("apiVersion", "v1");
        object.put("kind", "Secret");
        object.put("metadata", metadata);
        object.put("type", "k8s-rollout.jenkins.io/agent");
        object.put("stringData", Map.of(LOGIN_KEY, secret));
        return KubeObject.of(object);
    }

    public static ObjectRef ref(String namespace, String agent) {
        return new ObjectRef("v1", "Pod", namespace, agent);
    }

    private static Map<String, String> ownLabels(KubeObject pod) {
        Map<String, String> labels = new TreeMap<>(pod.labels());
        labels.keySet()
                .retainAll(List.of(AgentOwner.CONTROLLER, AgentOwner.CLOUD, AgentOwner.TEMPLATE, AgentOwner.AGENT));
        return labels;
    }

    private static KubeObject checked(KubeObject yaml) {
        boolean pod =
                List.of("", "Pod").contains(yaml.kind()) && List.of("", "v1").contains(yaml.apiVersion());
        boolean shaped = shaped(yaml, "metadata") && shaped(yaml, "spec");
        if (pod && shaped) {
            return yaml;
        }
        throw ReleaseException.refused(
                "read the template's YAML",
                yaml.kind().isEmpty() ? "its first document" : yaml.kind(),
                pod ? "metadata and spec must be maps" : "it is not a Pod of apiVersion v1",
                "Write it as a pod's manifest, or only the part of it that you want to add, as in spec: {tolerations: …}");
    }

    private static boolean shaped(KubeObject yaml, String field) {
        return !yaml.has(field)
                || yaml.find(field).filter(Map.class::isInstance).isPresent();
    }

    private static KubeObject base(AgentPodSpec spec) {
        Map<String, Object> pod = new LinkedHashMap<>();
        pod.put("apiVersion", "v1");
        pod.put("kind", "Pod");
        pod.put("metadata", Map.of());
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("terminationGracePeriodSeconds", GRACE_SECONDS);
        if (spec.serviceAccount().isEmpty()) {
            body.put("automountServiceAccountToken", false);
        } else {
            body.put("serviceAccountName", spec.serviceAccount());
        }
        if (!spec.nodeSelector().isEmpty()) {
            body.put("nodeSelector", new TreeMap<>(spec.nodeSelector()));
        }
        List<KubeObject> containers = new ArrayList<>();
        containers.add(spec.container().entry().with(AGENT_CONTAINER, "name"));
        spec.sidecars().forEach(c -> containers.add(c.entry()));
        body.put("containers", containers);
        List<KubeObject> volumes = new ArrayList<>();
        volumes.add(KubeObject.of(Map.of("name", WORKSPACE)).with(Map.of(), "emptyDir"));
        for (int i = 0; i < spec.volumes().size(); i++) {
            volumes.add(spec.volumes().get(i).entry("volume-" + i));
        }
        body.put("volumes", volumes);
        pod.put("spec", body);
        return KubeObject.of(pod);
    }

    /** All containers, those of the YAML as well, share the workspace and the template's volumes. */
    private static KubeObject withMounts(KubeObject pod, AgentPodSpec spec) {
        List<KubeObject> containers = new ArrayList<>();
        for (KubeObject container : pod.children("spec", "containers")) {
            KubeObject mounted = mount(container, AgentVolume.mount(WORKSPACE, spec.workDir(), false));
            for (int i = 0; i < spec.volumes().size(); i++) {
                mounted = mount(mounted, spec.volumes().get(i).mount("volume-" + i));
            }
            containers.add(mounted);
        }
        return pod.with(containers, "spec", "containers");
    }

    private static KubeObject mount(KubeObject container, KubeObject mount) {
        boolean taken = container.children("volumeMounts").stream()
                .anyMatch(m -> m.text("mountPath").equals(mount.text("mountPath")));
        return taken ? container : appended(container, mount, "volumeMounts");
    }

    /** What no YAML may change: identity, ownership, that it never starts again by itself, and the way back. */
    private static KubeObject sealed(KubeObject pod, AgentPodSpec spec) {
        KubeObject result = pod.with(spec.agent(), "metadata", "name").with(spec.namespace(), "metadata", "namespace");
        for (Map.Entry<String, String> label : spec.owner().labels(spec.agent()).entrySet()) {
            result = result.with(label.getValue(), "metadata", "labels", label.getKey());
        }
        result = result.with("Never", "spec", "restartPolicy").without("metadata", "ownerReferences");
        List<KubeObject> containers = new ArrayList<>();
        for (KubeObject container : result.children("spec", "containers")) {
            boolean agent = container.text("name").orElse("").equals(AGENT_CONTAINER);
            containers.add(agent ? withLogin(container, spec) : container);
        }
        return appended(result.with(containers, "spec", "containers"), loginVolume(spec.agent()), "spec", "volumes");
    }

    private static KubeObject loginVolume(String agent) {
        Map<String, Object> source = new LinkedHashMap<>();
        source.put("secretName", agent);
        source.put("defaultMode", READABLE);
        return KubeObject.of(Map.of("name", LOGIN)).with(source, "secret");
    }

    // The names of the variables are those that the images of jenkinsci/docker-agents read, so that these fit, too;
    // an argument that begins with @ is read from that file by agent.jar itself.
    private static KubeObject withLogin(KubeObject container, AgentPodSpec spec) {
        Map<String, String> env = new LinkedHashMap<>();
        env.put("JENKINS_URL", spec.connection().url());
        env.put("JENKINS_AGENT_NAME", spec.agent());
        env.put("JENKINS_SECRET", "@" + LOGIN_FOLDER + "/" + LOGIN_KEY);
        env.put("JENKINS_AGENT_WORKDIR", spec.workDir());
        if (spec.connection().webSocket()) {
            env.put("JENKINS_WEB_SOCKET", "true");
        } else if (!spec.connection().tunnel().isEmpty()) {
            env.put("JENKINS_TUNNEL", spec.connection().tunnel());
        }
        List<Object> variables = new ArrayList<>();
        container.children("env").stream()
                .filter(v -> !env.containsKey(v.text("name").orElse("")))
                .forEach(variables::add);
        env.forEach((name, value) -> variables.add(AgentContainer.variable(name, value)));
        KubeObject result = container.with(variables, "env");
        return appended(result, AgentVolume.mount(LOGIN, LOGIN_FOLDER, true), "volumeMounts");
    }

    private static KubeObject appended(KubeObject object, KubeObject entry, Object... path) {
        List<Object> entries = new ArrayList<>(object.items(path));
        entries.add(entry);
        return object.with(entries, path);
    }
}
