package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.delivery.ProjectSetup;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.event.ProgressText;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborOptions;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborProject;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborRepository;
import io.jenkins.plugins.k8srollout.engine.harbor.ImmutableRule;
import io.jenkins.plugins.k8srollout.engine.harbor.ProjectQuota;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code harbor project}. */
@Command(name = "project", mixinStandardHelpOptions = true, description = "Shows a project, and creates it on request.")
final class HarborProjectCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    RegistryOptions registry;

    @Mixin
    OutputOptions output;

    @Parameters(paramLabel = "HOST/PROJECT")
    String project;

    @Option(
            names = "--create",
            paramLabel = "private|public",
            defaultValue = "",
            description = "create it if there is none")
    String create;

    @Option(names = "--auto-scan", description = "if it is created, it scans whatever is pushed")
    boolean autoScan;

    HarborProjectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        ImageReference place = ImageReference.parse(project + "/any");
        HarborRepository repository = HarborRepository.of(place);
        HarborOptions.Creation creation = HarborOptions.Creation.parse(create);
        HarborOptions options =
                HarborOptions.builder().creation(creation).autoScan(autoScan).build();
        ProgressSink sink = console.sink(output.format);
        try (HarborSession harbor = new HarborSession(place.registry(), registry, console, sink)) {
            HarborProject found = new ProjectSetup(harbor.client(), options, sink).run(repository);
            Optional<ProjectQuota> quota = harbor.client().quota(found);
            report(found, quota, harbor.client().immutableRules(found).orElse(List.of()));
        }
        return ExitCode.OK;
    }

    private void report(HarborProject found, Optional<ProjectQuota> quota, List<ImmutableRule> rules) {
        if (!output.json()) {
            console.out()
                    .println("project " + found.name() + ": " + (found.open() ? "public" : "private")
                            + (found.autoScan() ? ", scans what is pushed" : ""));
            quota.ifPresent(q -> console.out()
                    .println("  storage: " + ProgressText.size(q.used()) + " used of "
                            + (q.limit() < 0 ? "any" : ProgressText.size(q.limit()))));
            rules.forEach(rule -> console.out().println("  immutable: " + rule));
            return;
        }
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", found.name());
        row.put("public", found.open());
        row.put("autoScan", found.autoScan());
        quota.ifPresent(q -> row.put("storage", Map.of("limit", q.limit(), "used", q.used())));
        row.put("immutable", rules.stream().map(ImmutableRule::toString).toList());
        console.json(row);
    }
}
