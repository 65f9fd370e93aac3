package io.jenkins.plugins.k8srollout.engine.manifest.check;

/** Two manifests of one object would overwrite each other. */
final class DuplicateObjectRule implements Rule.OfItem {

    @Override
    public void check(Item item, Folder folder, Report report) {
        folder.find(item.object().ref().group(), item.object().kind(), item.namespace(), item.name())
                .filter(first -> first != item)
                .ifPresent(first -> report.error(
                        item,
                        "duplicate-object",
                        "the same object is already in " + first.document().file() + ", line "
                                + first.document().lineOf(),
                        "Remove one of the two or rename it",
                        "metadata",
                        "name"));
    }
}
