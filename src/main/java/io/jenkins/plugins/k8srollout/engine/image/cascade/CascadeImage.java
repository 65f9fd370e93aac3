package io.jenkins.plugins.k8srollout.engine.image.cascade;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Dockerfile;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.IgnorePatterns;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A folder with a Dockerfile, and the image that it makes. Immutable.
 *
 * @param folder relative to the cascade's folder, with forward slashes; empty text for that folder itself
 * @param image without tag and digest
 * @param context the real path of the folder
 * @param text of the Dockerfile
 * @param ownIgnore the text of the ignore file that belongs to this Dockerfile alone
 * @param ignore the ignore file in force
 * @param uses the images that it names, by line
 */
record CascadeImage(
        String folder,
        ImageReference image,
        Path context,
        Dockerfile dockerfile,
        String text,
        Optional<String> ownIgnore,
        IgnorePatterns ignore,
        List<BaseUse> uses) {

    CascadeImage {
        uses = List.copyOf(uses);
    }

    /** The images that it names, each once. */
    Set<ImageReference> bases() {
        Set<ImageReference> bases = new LinkedHashSet<>();
        uses.forEach(use -> bases.add(use.image()));
        return bases;
    }

    /** The Dockerfile's text with every base replaced by its digest. */
    String pinned(Map<ImageReference, ImageDigest> digests) {
        return PinnedDockerfile.of(text, dockerfile.escape(), uses, digests);
    }

    /** How people know it: its folder. */
    String shown() {
        return folder.isEmpty() ? "." : folder;
    }
}
