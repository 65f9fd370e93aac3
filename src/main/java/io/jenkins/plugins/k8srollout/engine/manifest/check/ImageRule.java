package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;

/** Images must be well-formed, and should be named so that tomorrow's pod runs what today's does. */
final class ImageRule implements Rule.OfTemplate {

    @Override
    public void check(Item item, PodTemplate template, Folder folder, Report report) {
        for (PodTemplate.Container container : template.containers()) {
            if (container.image().isEmpty()) {
                String message = "container '" + container.name() + "' has no image";
                report.error(
                        item, "image-missing", message, "Add image, or name the container in images", container.at());
            } else {
                image(item, container, report);
            }
        }
    }

    private static void image(Item item, PodTemplate.Container container, Report report) {
        try {
            ImageReference image = ImageReference.parse(container.image());
            String tag = image.tag().orElse("latest");
            if (image.digest().isEmpty() && tag.equals("latest")) {
                report.warning(
                        item,
                        "image-latest",
                        "the image " + container.image()
                                + (image.tag().isEmpty() ? " has no tag, which means latest" : " is tagged latest")
                                + ": nobody can tell what runs, and a rollback may not bring back the old one",
                        "Name a tag that never moves, or replace the image in the release",
                        container.at("image"));
            }
        } catch (ReleaseException e) {
            report.error(
                    item,
                    "image-malformed",
                    "the image '" + container.image() + "' is malformed: "
                            + e.problem().reason(),
                    e.problem().remedy(),
                    container.at("image"));
        }
    }
}
