package io.jenkins.plugins.k8srollout.engine.manifest;

import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.List;
import java.util.stream.Collectors;

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

    /**
     * Refuses files in which there is nothing at all, good or bad: their names are probably not those meant.
     *
     * @param attempted what the objects were wanted for
     * @param files what was read
     * @throws ReleaseException (refused input)
     */
    public void requireAny(String attempted, List<ManifestSource> files) {
        if (documents.isEmpty() && findings.isEmpty()) {
            throw ReleaseException.refused(
                    attempted,
                    files.stream().map(ManifestSource::file).collect(Collectors.joining(", ")),
                    "there is no object in them",
                    "Name files that hold Kubernetes objects");
        }
    }
}
