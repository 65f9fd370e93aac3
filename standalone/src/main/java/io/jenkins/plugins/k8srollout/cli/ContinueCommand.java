package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.HistoryName;
import io.jenkins.plugins.k8srollout.engine.release.HeldReleases;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Answer;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Decision;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRun;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseTools;
import io.jenkins.plugins.k8srollout.engine.release.StoredRelease;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code continue}: answers the pause of a release in batches, whoever began it. */
@Command(
        name = "continue",
        mixinStandardHelpOptions = true,
        description = "Goes on with a release that is paused, or was interrupted in a batch; or undoes it.")
final class ContinueCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    ClusterOptions cluster;

    @Mixin
    OutputOptions output;

    @Option(names = "--history", paramLabel = "NAME", description = "of which application, if several wait")
    String option;

    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "of which application, if several wait")
    String name;

    @Option(names = "--rollback", description = "return to the previous revision instead")
    boolean rollback;

    ContinueCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        Optional<String> history =
                Optional.ofNullable(name == null ? option : name).map(HistoryName::parse);
        ProgressSink sink = console.sink(output.format);
        try (ClusterSession session = new ClusterSession(cluster, console, sink)) {
            StoredRelease release = HeldReleases.find(
                    session.port(),
                    session.namespace(),
                    history,
                    session.scheduler().now());
            String what = rollback ? "Undoing " : "Going on with ";
            sink.accept(new ProgressEvent.Notice(Severity.INFO, what + release));
            WatchToken token = release.token()
                    .orElseThrow()
                    .answered(new Answer(
                            session.scheduler().now(),
                            System.getProperty("user.name", ""),
                            rollback ? Decision.ROLLBACK : Decision.CONTINUE));
            ReleaseTools tools = session.tools(sink);
            ReleaseRecord record = session.await(done -> rollback
                    ? ReleaseRun.rollBack(token, tools, t -> {}, done)
                    : ReleaseRun.continueFrom(token, tools, t -> {}, done));
            int code = ReleaseOptions.report(record, console, output);
            return rollback && record.outcome() == Outcome.ROLLED_BACK ? ExitCode.OK : code;
        }
    }
}
