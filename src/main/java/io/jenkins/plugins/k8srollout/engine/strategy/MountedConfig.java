package io.jenkins.plugins.k8srollout.engine.strategy;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import java.util.List;
import java.util.stream.Stream;

/** Which ConfigMaps and Secrets running pods see change: those in volumes. Environment stays until a restart. Pure. */
public final class MountedConfig {
    private MountedConfig() {}

    /** Whether a workload's pods have a volume with this ConfigMap or Secret in it. */
    public static boolean mounts(KubeObject workload, ObjectRef config) {
        List<KubeObject> volumes = workload.children("spec", "template", "spec", "volumes");
        Stream<KubeObject> sources = Stream.concat(
                volumes.stream(), volumes.stream().flatMap(v -> v.children("projected", "sources").stream()));
        return config.kind().equals("ConfigMap")
                ? sources.anyMatch(v -> is(v, config, "configMap", "name"))
                : sources.anyMatch(v -> is(v, config, "secret", "secretName") || is(v, config, "secret", "name"));
    }

    private static boolean is(KubeObject volume, ObjectRef config, String source, String name) {
        return volume.text(source, name).filter(config.name()::equals).isPresent();
    }
}
