package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.HistoryName;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseReturn;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRun;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseTools;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rollback}: releases what an earlier release has released, pods and configuration. */
@Command(
        name = "rollback",
        mixinStandardHelpOptions = true,
        description = "Returns to an earlier release that the cluster keeps: pods, ConfigMaps and Secrets.")
final class RollbackCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    ClusterOptions cluster;

    @Mixin
    ReleaseOptions release;

    @Mixin
    OutputOptions output;

    @Option(
            names = "--to",
            paramLabel = "NUMBER",
            description = "which release; default: the last healthy one before the newest")
    Long number;

    RollbackCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        Optional<String> history = Optional.ofNullable(release.history).map(HistoryName::parse);
        ProgressSink sink = console.sink(output.format);
        try (ClusterSession session = new ClusterSession(cluster, console, sink)) {
            ReleaseReturn found =
                    ReleaseReturn.find(session.port(), session.namespace(), history, Optional.ofNullable(number));
            sink.accept(new ProgressEvent.Notice(Severity.INFO, "Returning to " + found));
            found.notices().forEach(text -> sink.accept(new ProgressEvent.Notice(Severity.WARNING, text)));
            ReleaseRequest request = release.addTo(found.request()).build();
            ReleaseTools tools = session.tools(sink);
            ReleaseRecord record = session.await(done -> ReleaseRun.start(request, tools, token -> {}, done));
            return ReleaseOptions.report(record, console, output);
        }
    }
}
