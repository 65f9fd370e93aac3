package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.model.HistoryName;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseStore;
import io.jenkins.plugins.k8srollout.engine.release.StoredRelease;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code history}: the releases that the cluster keeps. */
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        description = "Lists the releases that the cluster keeps, or shows one of them.")
final class HistoryCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    ClusterOptions cluster;

    @Mixin
    OutputOptions output;

    @Option(names = "--history", paramLabel = "NAME", description = "only of this application")
    String option;

    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "only of this application")
    String name;

    @Parameters(index = "1", arity = "0..1", paramLabel = "NUMBER", description = "this release, with all its details")
    Long number;

    HistoryCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Optional<String> history =
                Optional.ofNullable(name == null ? option : name).map(HistoryName::parse);
        try (ClusterSession session = new ClusterSession(cluster, console, console.sink(output.format))) {
            ReleaseStore store = new ReleaseStore(session.port(), session.namespace());
            Instant now = session.scheduler().now();
            if (number == null) {
                list(store.list(history.orElse("")), now, session.namespace());
            } else {
                details(one(store, history.orElseThrow(), session.namespace()), now);
            }
            return ExitCode.OK;
        }
    }

    private StoredRelease one(ReleaseStore store, String history, String namespace) {
        return store.get(history, number)
                .orElseThrow(() -> new ReleaseException(new Problem(
                        Problem.Kind.NOT_FOUND,
                        "show a release",
                        "release " + number + " of " + history + " in namespace " + namespace,
                        "it is not kept",
                        "Choose one that is",
                        store.list(history).stream()
                                .map(r -> String.valueOf(r.number()))
                                .toList())));
    }

    private void list(List<StoredRelease> kept, Instant now, String namespace) {
        if (output.json()) {
            console.json(Map.of(
                    "releases", kept.stream().map(r -> HistoryText.row(r, now)).toList()));
        } else if (kept.isEmpty()) {
            console.out().println("No release is kept in namespace " + namespace + ".");
        } else {
            HistoryText.table(kept, now).forEach(console.out()::println);
        }
    }

    private void details(StoredRelease release, Instant now) {
        if (output.json()) {
            console.json(HistoryText.details(release, now));
        } else {
            HistoryText.lines(release, now).forEach(console.out()::println);
        }
    }
}
