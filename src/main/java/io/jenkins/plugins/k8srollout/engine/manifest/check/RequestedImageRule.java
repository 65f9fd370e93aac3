package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import java.util.List;
import java.util.TreeSet;

/** Every image that the release names must land in a container, and it must be clear in which. */
final class RequestedImageRule implements Rule {

    @Override
    public void check(Folder folder, Report report) {
        for (String key : folder.images().unused()) {
            report.requestError(
                    "images",
                    "image-unused",
                    "no container is called '" + key + "' or runs an image of that name",
                    "Name one of the containers " + String.join(", ", containers(folder)) + ", or a repository");
        }
        folder.images()
                .ambiguous()
                .forEach((key, repositories) -> report.requestError(
                        "images",
                        "image-ambiguous",
                        "'" + key + "' fits containers of different images: " + String.join(", ", repositories),
                        "Name the repository in full instead"));
    }

    private static TreeSet<String> containers(Folder folder) {
        TreeSet<String> names = new TreeSet<>();
        folder.items()
                .forEach(item -> names.addAll(item.template().map(PodTemplate::containers).orElse(List.of()).stream()
                        .map(PodTemplate.Container::name)
                        .toList()));
        return names;
    }
}
