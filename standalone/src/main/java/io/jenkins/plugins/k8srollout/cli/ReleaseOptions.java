package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.model.CronJobs;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.TimeSpan;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How to release, whatever it is, and what the process says of how it ended. */
final class ReleaseOptions {
    @Mixin
    StrategyOptions strategy;

    @Option(names = "--timeout", defaultValue = "10m", description = "such as 90s or 10m (default: ${DEFAULT-VALUE})")
    String timeout;

    @Option(
            names = "--on-failure",
            defaultValue = "rollback",
            description = "rollback, hold or leave (default: ${DEFAULT-VALUE})")
    String onFailure;

    @Option(
            names = "--drain",
            paramLabel = "TIME",
            defaultValue = "0s",
            description = "how long a Deployment's old pods go on serving those who have a session there"
                    + " (default: not at all)")
    String drain;

    @Option(
            names = "--cron-jobs",
            defaultValue = "leave",
            description = "leave, or suspend those of the released workloads until the release has ended"
                    + " (default: ${DEFAULT-VALUE})")
    String cronJobs;

    @Option(names = "--change-cause", paramLabel = "TEXT", description = "for kubernetes.io/change-cause")
    String changeCause = "";

    @Option(
            names = "--history",
            paramLabel = "NAME",
            description = "under which name the cluster keeps the release; default: the first workload's")
    String history;

    @Option(names = "--force", description = "take over fields that another manager owns")
    boolean force;

    @Option(names = "--no-wait", description = "end once everything is applied")
    boolean noWait;

    @Option(names = "--dry-run", description = "only ask the server, and print what would change")
    boolean dryRun;

    /** Adds what the options say; a change cause that was not given leaves the request's. */
    ReleaseRequest.Builder addTo(ReleaseRequest.Builder request) {
        request.strategy(strategy.strategy())
                .timeout(TimeSpan.parse("--timeout", timeout))
                .onFailure(OnFailure.parse(onFailure))
                .drain(TimeSpan.parse("--drain", drain))
                .cronJobs(CronJobs.parse(cronJobs))
                .force(force)
                .awaitHealthy(!noWait)
                .dryRun(dryRun)
                .startedBy(System.getProperty("user.name", ""));
        if (history != null) {
            request.history(history);
        }
        return changeCause.isEmpty() ? request : request.changeCause(changeCause);
    }

    /** Prints the record and what went wrong, and gives the exit code. */
    static int report(ReleaseRecord record, Console console, OutputOptions output) {
        if (output.json()) {
            console.out().println(record.toJson());
        }
        record.problem().ifPresent(console::failure);
        if (record.isSuccess()) {
            return ExitCode.OK;
        }
        if (record.outcome() == Outcome.PAUSED) {
            return ExitCode.PAUSED;
        }
        return record.problem().map(Problem::kind).map(ExitCode::of).orElse(ExitCode.UNHEALTHY);
    }
}
