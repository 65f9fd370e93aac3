package io.jenkins.plugins.k8srollout.engine.model;

import java.io.Serializable;

/**
 * One manifest file, read.
 *
 * @param file the path as messages should show it, relative to the workspace
 * @param text the content, YAML or JSON, of any number of documents
 */
public record ManifestSource(String file, String text) implements Serializable {
    /** The file's name only: manifests may hold secrets. */
    @Override
    public String toString() {
        return file;
    }
}
