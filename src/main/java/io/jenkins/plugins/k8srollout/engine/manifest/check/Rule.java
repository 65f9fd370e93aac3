package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;

/** One thing, or a few of one sort, that can be wrong. Stateless. */
interface Rule {
    void check(Folder folder, Report report);

    /** A rule that looks at every object. */
    interface OfItem extends Rule {
        void check(Item item, Folder folder, Report report);

        @Override
        default void check(Folder folder, Report report) {
            folder.items().forEach(item -> check(item, folder, report));
        }
    }

    /** A rule that looks at every pod template. */
    interface OfTemplate extends OfItem {
        void check(Item item, PodTemplate template, Folder folder, Report report);

        @Override
        default void check(Item item, Folder folder, Report report) {
            item.template().ifPresent(template -> check(item, template, folder, report));
        }
    }
}
