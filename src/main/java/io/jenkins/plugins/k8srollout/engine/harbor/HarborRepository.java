package io.jenkins.plugins.k8srollout.engine.harbor;

import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;

/**
 * A repository as Harbor sees it.
 *
 * @param project the first part of its name
 * @param name the rest; may have slashes
 */
public record HarborRepository(String project, String name) {

    /** @throws ReleaseException (refused input) if the image's name has no project */
    public static HarborRepository of(ImageReference image) {
        int slash = image.repository().indexOf('/');
        if (slash < 0) {
            throw ReleaseException.refused(
                    "find the image's Harbor project",
                    image.name(),
                    "in Harbor a repository is in a project, and this name has none",
                    "Write host/project/repository");
        }
        return new HarborRepository(
                image.repository().substring(0, slash), image.repository().substring(slash + 1));
    }

    /** Below the API's root. Harbor wants the slashes of a repository's name encoded twice. */
    String path() {
        return "/projects/" + project + "/repositories/" + name.replace("/", "%252F");
    }

    /** {@code shop/team/web}. */
    @Override
    public String toString() {
        return project + "/" + name;
    }
}
