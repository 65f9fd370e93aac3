package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.upgrade.Upgrade;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Set;

/** The kind and version must be served, by the cluster or by a definition in the folder. */
final class ApiVersionRule implements Rule.OfItem {
    private static final Set<String> GROUPS_WITHOUT_DOMAIN =
            Set.of("", "apps", "batch", "autoscaling", "policy", "extensions");
    private static final String NEVER_BACK = "PodSecurityPolicy";

    @Override
    public void check(Item item, Folder folder, Report report) {
        Upgrade upgrade = item.upgrade();
        KubeObject object = item.object();
        upgrade.change().filter(change -> !change.from().equals(change.to())).ifPresent(change -> {
            String notes = upgrade.notes().isEmpty() ? "" : ": " + String.join("; ", upgrade.notes());
            report.info(
                    item,
                    "api-version-upgraded",
                    change.from() + " is released as " + change.to() + notes,
                    "Write apiVersion: " + change.to(),
                    "apiVersion");
        });
        if (folder.isKnown(object)) {
            return;
        }
        String version = folder.context().apis().serverVersion();
        String server = version.isEmpty() ? "the cluster" : "Kubernetes " + version;
        Set<String> others = folder.context().apis().versionsOf(object.kind());
        if (upgrade.obstacle().isPresent()) {
            report.error(
                    item,
                    "api-version-removed",
                    server + " does not serve " + object.apiVersion() + ", and "
                            + upgrade.obstacle().get(),
                    "Rewrite it for " + String.join(" or ", others),
                    "apiVersion");
        } else if (object.kind().equals(NEVER_BACK)) {
            report.error(
                    item,
                    "api-version-removed",
                    server + " has no PodSecurityPolicy; it was removed in 1.25",
                    "Remove it, and set the label pod-security.kubernetes.io/enforce on the namespace",
                    "kind");
        } else if (!others.isEmpty()) {
            report.error(
                    item,
                    "api-version-unknown",
                    server + " does not serve " + object.kind() + " as " + object.apiVersion(),
                    "Write apiVersion: " + String.join(" or ", others),
                    "apiVersion");
        } else {
            unknownKind(item, server, report);
        }
    }

    private static void unknownKind(Item item, String server, Report report) {
        String group = item.object().ref().group();
        boolean custom = !GROUPS_WITHOUT_DOMAIN.contains(group) && !group.endsWith(".k8s.io");
        report.error(
                item,
                "unknown-kind",
                server + " does not know the kind " + item.object().kind() + " of "
                        + item.object().apiVersion()
                        + (custom ? ", and its CustomResourceDefinition is not among the manifests" : ""),
                custom
                        ? "Install the software that brings this kind, add its CustomResourceDefinition, or remove the object"
                        : "Check the spelling of kind and apiVersion",
                "kind");
    }
}
