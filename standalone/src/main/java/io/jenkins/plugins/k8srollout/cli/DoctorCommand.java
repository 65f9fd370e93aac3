package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.release.ConnectionReport;
import io.jenkins.plugins.k8srollout.engine.release.HoldRepair;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseStore;
import io.jenkins.plugins.k8srollout.engine.release.RequiredRights;
import io.jenkins.plugins.k8srollout.engine.release.StoredRelease;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code doctor}: whether everything a release needs is there. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Looks whether cluster, rights, registry and builders serve a release from here.")
final class DoctorCommand implements Callable<Integer> {
    // Somebody waits for the answer; a release would try for longer.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Console console;
    private final List<Finding> findings = new ArrayList<>();

    @Mixin
    ClusterOptions cluster;

    @Mixin
    RegistryOptions registry;

    @Mixin
    OutputOptions output;

    @Option(names = "--registry", paramLabel = "HOST", description = "a registry to look at, too")
    List<String> registries = List.of();

    @Option(
            names = "--repair",
            description =
                    "end what a release that nobody leads any more has held: workloads go on to their new revision,"
                            + " CronJobs start Jobs again")
    boolean repair;

    /** One thing looked at; {@code remedy} is empty where all is well. */
    private record Finding(String what, boolean ok, String detail, String remedy) {}

    DoctorCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        examineCluster();
        registries.forEach(this::examineRegistry);
        examineBuilders();
        report();
        return findings.stream().allMatch(Finding::ok) ? ExitCode.OK : ExitCode.NO_ACCESS;
    }

    private void examineCluster() {
        try (ClusterSession session = new ClusterSession(cluster, PATIENCE, console, console.sink(output.format))) {
            ConnectionReport found = ConnectionReport.of(session.port(), session.namespace());
            String who = found.identity().map(user -> ", as " + user).orElse("");
            well("cluster", found.address() + ", Kubernetes " + found.version() + who);
            found.work().forEach(work -> examineRights(found, work));
            examineHistory(session);
            examineHolds(session);
        } catch (ReleaseException e) {
            ill("cluster", e);
        }
    }

    private void examineRights(ConnectionReport found, ConnectionReport.Work work) {
        String what = "rights for " + work.name();
        if (work.isPossible()) {
            well(what, "all there in namespace " + found.namespace());
        } else if (work.optional()) {
            well(what, "missing; releases do without unless they ask for it: " + work.missingWords());
        } else {
            findings.add(new Finding(
                    what,
                    false,
                    "missing in namespace " + found.namespace() + ": " + work.missingWords(),
                    "Grant this role:\n" + RequiredRights.additionYaml(work.missing())));
        }
    }

    /** Releases without an end are no fault of this place; but somebody should know. */
    private void examineHistory(ClusterSession session) {
        try {
            Instant now = session.scheduler().now();
            for (StoredRelease release : new ReleaseStore(session.port(), session.namespace()).open()) {
                well(
                        release.toString(),
                        release.state(now) + " since " + release.record().started() + "; see k8s-rollout history "
                                + release.history() + " " + release.number());
            }
        } catch (ReleaseException e) {
            // The rights have told it.
            well("history", "cannot be read: " + e.problem().reason());
        }
    }

    private void examineHolds(ClusterSession session) {
        try {
            HoldRepair.find(
                            session.port(),
                            session.namespace(),
                            session.scheduler().now())
                    .forEach(held -> examine(held, session));
        } catch (ReleaseException e) {
            // The rights have told it.
            well("held workloads", "cannot be looked for: " + e.problem().reason());
        }
    }

    private void examine(HoldRepair.HeldWorkload held, ClusterSession session) {
        String what = held.ref().toString();
        boolean cronJob = held.ref().kind().equals("CronJob");
        String by = (cronJob ? "suspended by " : "held by ") + held.release();
        if (held.led()) {
            well(what, by);
        } else if (repair) {
            String now = HoldRepair.repair(session.port(), held.ref(), session.scheduler());
            well(what, "was " + by + "; its original values are back, and " + now);
        } else if (cronJob) {
            well(what, by + ": doctor --repair gives it back what it had, as does the end of its release");
        } else {
            well(
                    what,
                    by + ": k8s-rollout continue goes on, continue --rollback undoes, doctor --repair lets it go on"
                            + " without batches, or keeps the colour that serves");
        }
    }

    private void examineRegistry(String host) {
        try {
            registry.ping(host, console, console.sink(output.format));
            well("registry " + host, "reachable, credentials accepted");
        } catch (ReleaseException e) {
            ill("registry " + host, e);
        }
    }

    private void examineBuilders() {
        List<String> found = Stream.of("buildctl", "buildah", "podman", "docker")
                .filter(this::onPath)
                .toList();
        String external = found.isEmpty() ? "none; a Dockerfile with RUN needs one" : String.join(", ", found);
        well("builders", "embedded; external: " + external);
    }

    private boolean onPath(String program) {
        return Stream.of(console.variable("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .anyMatch(Files::isExecutable);
    }

    private void well(String what, String detail) {
        findings.add(new Finding(what, true, detail, ""));
    }

    private void ill(String what, ReleaseException failure) {
        findings.add(new Finding(
                what, false, failure.problem().reason(), failure.problem().remedy()));
    }

    private void report() {
        if (output.json()) {
            console.json(
                    Map.of("checks", findings.stream().map(DoctorCommand::row).toList()));
            return;
        }
        for (Finding finding : findings) {
            console.out().printf("%-4s %s: %s%n", finding.ok() ? "ok" : "BAD", finding.what(), finding.detail());
            finding.remedy().lines().forEach(line -> console.out().println("     " + line));
        }
    }

    private static Map<String, Object> row(Finding finding) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("check", finding.what());
        row.put("ok", finding.ok());
        row.put("detail", finding.detail());
        row.put("remedy", finding.remedy());
        return row;
    }
}
