package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.ManifestDocument;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import java.util.List;

/**
 * Checks manifests as they would be applied: upgraded for the cluster, with the release's images. Errors are what the
 * server would refuse or what is certain not to run; warnings are what is probably not meant. Pure.
 */
public final class ManifestCheck {
    private static final List<Rule> RULES = List.of(
            new ApiVersionRule(),
            new DuplicateObjectRule(),
            new ShapeRule(),
            new NameRule(),
            new LabelRule(),
            new TextRule(),
            new ConfigMapKeyRule(),
            new SecretDataRule(),
            new DockerConfigRule(),
            new SelectorRule(),
            new ReplicasRule(),
            new StopFirstRule(),
            new ContainersRule(),
            new DuplicateEntryRule(),
            new ImageRule(),
            new RequestedImageRule(),
            new VolumeRule(),
            new QuantityRule(),
            new MemoryUnitRule(),
            new PasswordRule(),
            new ConfigReferenceRule(),
            new ContainerPortRule(),
            new ServicePortRule(),
            new ServiceSelectorRule(),
            new IngressBackendRule(),
            new CookieAffinityRule(),
            new TargetRule(),
            new CronScheduleRule(),
            new AliyunLogRule());

    private ManifestCheck() {}

    /** @return all findings at once, in the order of files, documents and lines */
    public static List<Finding> check(List<ManifestDocument> documents, CheckContext context) {
        Folder folder = Folder.of(documents, context);
        Report report = new Report(documents);
        RULES.forEach(rule -> rule.check(folder, report));
        return report.findings();
    }
}
