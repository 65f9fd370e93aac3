package io.jenkins.plugins.k8srollout.engine.manifest;

import java.util.List;

/**
 * A place where a pod template uses a ConfigMap or a Secret.
 *
 * @param kind {@code ConfigMap} or {@code Secret}
 * @param name the object's name, in the template's namespace
 * @param key the one key that is used; empty text if all are
 * @param optional whether the pod starts without it
 * @param path where the reference stands in the owner of the template
 */
public record ConfigReference(String kind, String name, String key, boolean optional, List<Object> path) {}
