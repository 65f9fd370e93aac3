package io.jenkins.plugins.k8srollout.engine.manifest;

import io.jenkins.plugins.k8srollout.engine.model.Finding;
import java.util.List;

/**
 * What {@link ManifestLoader} made of some files.
 *
 * @param documents the objects that could be read, in order
 * @param findings what could not be read and why, by file and document; all of severity error
 */
public record LoadedManifests(List<ManifestDocument> documents, List<Finding> findings) {
    public LoadedManifests {
        documents = List.copyOf(documents);
        findings = List.copyOf(findings);
    }
}
