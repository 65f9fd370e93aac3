package io.jenkins.plugins.k8srollout.engine.image.cascade;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Dockerfile;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.IgnorePatterns;
import io.jenkins.plugins.k8srollout.engine.image.registry.Platform;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Cascades made of texts, below the prefix {@code r.io/b}. */
final class SampleCascade {
    private SampleCascade() {}

    /** Folder, Dockerfile, folder, Dockerfile … */
    static CascadeGraph graph(Object... foldersAndTexts) {
        List<CascadeImage> images = new ArrayList<>();
        for (int i = 0; i < foldersAndTexts.length; i += 2) {
            images.add(image(foldersAndTexts[i].toString(), foldersAndTexts[i + 1].toString()));
        }
        return CascadeGraph.of(images);
    }

    static CascadeImage image(String folder, String text) {
        String file = folder + "/Dockerfile";
        Dockerfile dockerfile = Dockerfile.parse(file, text);
        return new CascadeImage(
                folder,
                new ImageNames("r.io/b").of(folder, file, text).orElseThrow(),
                Path.of(folder),
                dockerfile,
                text,
                Optional.empty(),
                IgnorePatterns.NONE,
                BaseUses.of(dockerfile, Map.of(), Platform.LINUX_AMD64));
    }
}
