package io.jenkins.plugins.k8srollout.engine.model;

import java.io.Serializable;
import java.util.Objects;

/**
 * Names one object in a cluster.
 *
 * @param apiVersion group and version as in {@code apps/v1}, or {@code v1} for the core group
 * @param kind as in {@code Deployment}
 * @param namespace empty text for cluster-scoped objects
 * @param name the object's name
 */
public record ObjectRef(String apiVersion, String kind, String namespace, String name) implements Serializable {
    public ObjectRef {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(name, "name");
    }

    /** The API group; empty text for the core group. */
    public String group() {
        return groupOf(apiVersion);
    }

    /** The version without its group. */
    public String version() {
        return apiVersion.substring(apiVersion.indexOf('/') + 1);
    }

    /** The group of an {@code apiVersion}; empty text for the core group. */
    public static String groupOf(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    public ObjectRef inNamespace(String other) {
        return new ObjectRef(apiVersion, kind, other, name);
    }

    /** As people and our messages write it: {@code Deployment/shop/web}, or {@code Namespace/shop}. */
    @Override
    public String toString() {
        return namespace.isEmpty() ? kind + "/" + name : kind + "/" + namespace + "/" + name;
    }
}
