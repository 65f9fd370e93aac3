package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.manifest.LoadedManifests;
import io.jenkins.plugins.k8srollout.engine.manifest.ManifestDocument;
import io.jenkins.plugins.k8srollout.engine.manifest.ManifestLoader;
import io.jenkins.plugins.k8srollout.engine.manifest.check.CheckContext;
import io.jenkins.plugins.k8srollout.engine.manifest.check.ManifestCheck;
import io.jenkins.plugins.k8srollout.engine.manifest.upgrade.ApiUpgrade;
import io.jenkins.plugins.k8srollout.engine.manifest.upgrade.KnownApis;
import io.jenkins.plugins.k8srollout.engine.manifest.upgrade.Upgrade;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code check}: what a release would find wrong or rewrite, without a cluster. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Checks manifests and shows how they would be upgraded, without a cluster.")
final class CheckCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    ManifestOptions manifests;

    @Mixin
    OutputOptions output;

    @Option(
            names = "--kubernetes-version",
            paramLabel = "1.N",
            description = "the cluster's version (default: the newest known)")
    String kubernetesVersion;

    CheckCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        ServedApis apis = kubernetesVersion == null ? KnownApis.newest() : KnownApis.of(kubernetesVersion);
        List<ManifestSource> files = manifests.read();
        LoadedManifests loaded = ManifestLoader.load(files, manifests.variables(console));
        loaded.requireAny("check the manifests", files);
        List<Finding> findings = new ArrayList<>(loaded.findings());
        findings.addAll(ManifestCheck.check(loaded.documents(), CheckContext.offline(apis)));
        List<Shown> upgrades = loaded.documents().stream()
                .flatMap(document -> upgrade(document, apis))
                .toList();
        report(findings, upgrades);
        boolean errors = findings.stream().anyMatch(f -> f.severity() == Severity.ERROR);
        return errors ? ExitCode.CHECK_ERRORS : ExitCode.OK;
    }

    private record Shown(KubeObject object, Upgrade.Change change, String diff) {}

    private static Stream<Shown> upgrade(ManifestDocument document, ServedApis apis) {
        Upgrade upgrade = ApiUpgrade.upgrade(document.object(), apis);
        return upgrade.change().map(change -> new Shown(document.object(), change, upgrade.diff())).stream();
    }

    private void report(List<Finding> findings, List<Shown> upgrades) {
        if (output.json()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("findings", findings.stream().map(CheckCommand::row).toList());
            result.put("upgrades", upgrades.stream().map(CheckCommand::row).toList());
            console.json(result);
            return;
        }
        ProgressSink sink = console.sink(output.format);
        findings.forEach(finding -> sink.accept(new ProgressEvent.Checked(finding)));
        upgrades.forEach(u -> sink.accept(new ProgressEvent.Upgraded(
                u.object().ref(), u.change().from(), u.change().to(), u.diff())));
        console.out().println(summary(findings, upgrades.size()));
    }

    private static String summary(List<Finding> findings, int upgrades) {
        return counted(count(findings, Severity.ERROR), "error") + ", "
                + counted(count(findings, Severity.WARNING), "warning") + ", "
                + counted(upgrades, "object") + " to be upgraded.";
    }

    private static String counted(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private static long count(List<Finding> findings, Severity severity) {
        return findings.stream().filter(f -> f.severity() == severity).count();
    }

    private static Map<String, Object> row(Finding finding) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("severity", finding.severity().word());
        row.put("rule", finding.rule());
        row.put("file", finding.file());
        row.put("document", finding.document());
        row.put("line", finding.line());
        row.put("object", finding.object());
        row.put("message", finding.message());
        row.put("fix", finding.fix());
        return row;
    }

    private static Map<String, Object> row(Shown upgrade) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("object", upgrade.object().ref().toString());
        row.put("from", upgrade.change().from());
        row.put("to", upgrade.change().to());
        row.put("diff", upgrade.diff());
        return row;
    }
}
