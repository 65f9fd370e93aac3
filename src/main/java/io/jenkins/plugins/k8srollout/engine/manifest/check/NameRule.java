package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of objects, namespaces, containers and volumes. */
final class NameRule implements Rule.OfItem {
    private static final String RULE = "invalid-name";
    private static final String RBAC = "rbac.authorization.k8s.io";
    private static final Pattern MINOR = Pattern.compile("1\\.([0-9]{1,3})");
    private static final int RELAXED_SINCE = 35;
    private static final int LONGEST_LABEL_VALUE = 63; // a Job's pods carry its name as a label
    private static final int LONGEST_CRON_JOB = 52; // the Jobs it makes add 11 characters

    @Override
    public void check(Item item, Folder folder, Report report) {
        String name = item.name();
        String group = item.object().ref().group();
        if (item.isCore("Service") && !allowsDigitFirst(folder)) {
            require(
                    Syntax.isServiceName(name),
                    item,
                    name,
                    Syntax.LABEL_RULE + ", and beginning with a letter",
                    report);
        } else if (group.equals(RBAC)) {
            require(Syntax.isPathSegment(name), item, name, "anything without '/' and '%'", report);
        } else if (isNamedByLabel(item)) {
            require(Syntax.isLabel(name), item, name, Syntax.LABEL_RULE, report);
        } else if (item.is("batch", "Job")) {
            boolean good = Syntax.isSubdomain(name) && name.length() <= LONGEST_LABEL_VALUE;
            require(good, item, name, "at most 63 lower-case letters, digits, '-' and '.'", report);
        } else if (item.is("batch", "CronJob")) {
            boolean good = Syntax.isSubdomain(name) && name.length() <= LONGEST_CRON_JOB;
            require(good, item, name, "at most 52 lower-case letters, digits, '-' and '.'", report);
        } else {
            require(Syntax.isSubdomain(name), item, name, Syntax.SUBDOMAIN_RULE, report);
        }
        String namespace = item.object().namespace();
        if (!namespace.isEmpty() && !Syntax.isLabel(namespace)) {
            report(item, "namespace", namespace, Syntax.LABEL_RULE, report, "metadata", "namespace");
        }
        item.template().ifPresent(template -> template(item, template, report));
    }

    private static boolean isNamedByLabel(Item item) {
        return item.isCore("Namespace") || item.isCore("Service");
    }

    /** Names of Services may begin with a digit since Kubernetes 1.35 (RelaxedServiceNameValidation). */
    private static boolean allowsDigitFirst(Folder folder) {
        Matcher version = MINOR.matcher(folder.context().apis().serverVersion());
        return version.matches() && Integer.parseInt(version.group(1)) >= RELAXED_SINCE;
    }

    private static void template(Item item, PodTemplate template, Report report) {
        for (PodTemplate.Container container : template.containers()) {
            if (!Syntax.isLabel(container.name())) {
                report(item, "container", container.name(), Syntax.LABEL_RULE, report, container.at("name"));
            }
        }
        List<KubeObject> volumes = template.volumes();
        for (int i = 0; i < volumes.size(); i++) {
            String name = volumes.get(i).text("name").orElse("");
            if (!Syntax.isLabel(name)) {
                report(item, "volume", name, Syntax.LABEL_RULE, report, template.at("spec", "volumes", i, "name"));
            }
        }
    }

    private static void require(boolean good, Item item, String name, String rule, Report report) {
        if (!good) {
            report(item, "name", name, rule, report, "metadata", "name");
        }
    }

    private static void report(Item item, String what, String name, String rule, Report report, Object... path) {
        String message =
                name.isEmpty() ? "the " + what + " has no name" : "the " + what + " '" + name + "' is not allowed";
        report.error(item, RULE, message, "Use " + rule, path);
    }
}
