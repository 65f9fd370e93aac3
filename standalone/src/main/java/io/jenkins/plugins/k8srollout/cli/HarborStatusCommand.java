package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.harbor.HarborReport;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborRight;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code harbor status}: version, health, and what the login may do. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Tells Harbor's version and health, and what the login may do in which project.")
final class HarborStatusCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    RegistryOptions registry;

    @Mixin
    OutputOptions output;

    @Parameters(paramLabel = "HOST", description = "Harbor's host with optional port")
    String host;

    HarborStatusCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (HarborSession harbor = new HarborSession(host, registry, console, console.sink(output.format))) {
            HarborReport report = HarborReport.of(harbor.client())
                    .orElseThrow(() -> new ReleaseException(new Problem(
                            Problem.Kind.NOT_FOUND,
                            "ask Harbor for its version",
                            host,
                            "a registry answers, but it is no Harbor",
                            "Name Harbor's own host")));
            if (output.json()) {
                console.json(row(report));
            } else {
                print(report, harbor.client().who());
            }
            return report.health().healthy() ? ExitCode.OK : ExitCode.UNHEALTHY;
        }
    }

    private void print(HarborReport report, String who) {
        String version = report.info().version();
        console.out()
                .println("Harbor " + (version.isEmpty() ? "(it tells its version after a login)" : version) + ", "
                        + (report.health().healthy() ? "healthy" : "NOT healthy")
                        + (report.info().readOnly() ? ", READ-ONLY" : ""));
        report.health().unwell().forEach(part -> console.out().println("  " + part));
        console.out().println(who + (report.mayCreateProjects() ? " may create projects" : " may not create projects"));
        for (HarborReport.InProject one : report.projects()) {
            console.out()
                    .println("project " + one.project().name() + " ("
                            + (one.project().open() ? "public" : "private")
                            + (one.project().proxyCache() ? ", proxy cache" : "") + ")");
            for (HarborReport.Work work : HarborReport.Work.values()) {
                List<HarborRight> missing = one.missing(work);
                console.out()
                        .println("  " + word(work) + ": "
                                + (missing.isEmpty()
                                        ? "yes"
                                        : "no, missing "
                                                + missing.stream()
                                                        .map(HarborRight::words)
                                                        .collect(Collectors.joining(", "))));
            }
        }
        if (report.omitted() > 0) {
            console.out().println("and " + report.omitted() + " more projects");
        }
    }

    private static Map<String, Object> row(HarborReport report) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("version", report.info().version());
        row.put("healthy", report.health().healthy());
        row.put("unwell", report.health().unwell());
        row.put("readOnly", report.info().readOnly());
        row.put("mayCreateProjects", report.mayCreateProjects());
        row.put(
                "projects",
                report.projects().stream().map(HarborStatusCommand::row).toList());
        row.put("omittedProjects", report.omitted());
        return row;
    }

    private static Map<String, Object> row(HarborReport.InProject one) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", one.project().name());
        row.put("public", one.project().open());
        row.put("proxyCache", one.project().proxyCache());
        Map<String, Object> missing = new LinkedHashMap<>();
        Arrays.stream(HarborReport.Work.values())
                .forEach(work -> missing.put(
                        word(work),
                        one.missing(work).stream().map(HarborRight::words).toList()));
        row.put("missing", missing);
        return row;
    }

    private static String word(HarborReport.Work work) {
        return work.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
