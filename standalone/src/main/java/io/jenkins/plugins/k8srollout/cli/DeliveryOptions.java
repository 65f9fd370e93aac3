package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.harbor.HarborOptions;
import io.jenkins.plugins.k8srollout.engine.model.TimeSpan;
import io.jenkins.plugins.k8srollout.engine.model.VulnerabilitySeverity;
import java.util.List;
import picocli.CommandLine.Option;

/** What Harbor is to do around a build. */
final class DeliveryOptions {
    @Option(
            names = "--scan",
            paramLabel = "SEVERITY",
            description = "have Harbor scan the image and fail from this severity on: negligible, low, medium, high or"
                    + " critical")
    String scan;

    @Option(
            names = "--scan-timeout",
            paramLabel = "TIME",
            defaultValue = "10m",
            description = "default: ${DEFAULT-VALUE}")
    String scanTimeout;

    @Option(
            names = "--create-project",
            paramLabel = "private|public",
            defaultValue = "",
            description = "create the image's Harbor project if there is none")
    String createProject;

    @Option(names = "--auto-scan", description = "a project that is created scans whatever is pushed")
    boolean autoScan;

    @Option(
            names = "--artifact-label",
            paramLabel = "TEXT",
            description =
                    "attach this label in Harbor, as in 'build 7' or 'commit 0a1b2c3'; may be given several times")
    List<String> artifactLabels = List.of();

    @Option(
            names = "--keep-tags",
            paramLabel = "COUNT",
            defaultValue = "0",
            description = "delete all but the newest tags of images that --owner has built (default: none is deleted)")
    int keepTags;

    @Option(
            names = "--owner",
            paramLabel = "NAME",
            defaultValue = "",
            description = "whose tags --keep-tags is about: a text that all builds of one job share")
    String owner;

    HarborOptions options() {
        HarborOptions.Builder options = HarborOptions.builder()
                .creation(HarborOptions.Creation.parse(createProject))
                .autoScan(autoScan)
                .scanTimeout(TimeSpan.parse("--scan-timeout", scanTimeout))
                .labels(artifactLabels)
                .owner(owner)
                .keepTags(keepTags);
        return scan == null
                ? options.build()
                : options.scan(VulnerabilitySeverity.threshold(scan)).build();
    }
}
