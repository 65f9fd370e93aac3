package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.HttpCheck;
import io.jenkins.plugins.k8srollout.engine.model.TimeSpan;
import io.jenkins.plugins.k8srollout.engine.model.WorkloadRef;
import io.jenkins.plugins.k8srollout.engine.release.HealthOutcome;
import io.jenkins.plugins.k8srollout.engine.release.HealthWatch;
import io.jenkins.plugins.k8srollout.engine.release.WaitRequest;
import io.jenkins.plugins.k8srollout.engine.release.WaitRequest.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wait}: waits until workloads are healthy, or says why not. */
@Command(
        name = "wait",
        mixinStandardHelpOptions = true,
        description = "Waits until workloads are healthy; fails as soon as it is certain that they will not be.")
final class WaitCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    ClusterOptions cluster;

    @Mixin
    OutputOptions output;

    @Parameters(arity = "1..*", paramLabel = "KIND/NAME", description = "such as deployment/web")
    List<String> workloads;

    @Option(names = "--timeout", defaultValue = "10m", description = "such as 90s or 10m (default: ${DEFAULT-VALUE})")
    String timeout;

    @Option(
            names = "--stable-for",
            defaultValue = "0s",
            description = "how long all must stay healthy without a restart (default: ${DEFAULT-VALUE})")
    String stableFor;

    @Option(names = "--http", paramLabel = "URL", description = "an address that must answer, too")
    String http;

    @Option(names = "--http-status", defaultValue = "200", description = "expected status (default: ${DEFAULT-VALUE})")
    int httpStatus;

    @Option(names = "--http-body", defaultValue = "", description = "a regular expression to be found in the answer")
    String httpBody;

    @Option(names = "--no-fail-fast", description = "wait until the time is up, whatever happens")
    boolean patient;

    @Option(
            names = "--log-lines",
            defaultValue = "20",
            description = "how many of a failing container's last lines to show (default: ${DEFAULT-VALUE})")
    int logLines;

    WaitCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        ProgressSink sink = console.sink(output.format);
        List<WorkloadRef> named = workloads.stream().map(WorkloadRef::parse).toList();
        try (ClusterSession session = new ClusterSession(cluster, console, sink)) {
            WaitRequest request = request(named, session.namespace());
            HealthOutcome outcome =
                    session.await(done -> HealthWatch.start(request, session.port(), session.scheduler(), sink, done));
            return report(outcome);
        }
    }

    private WaitRequest request(List<WorkloadRef> named, String namespace) {
        List<Target> targets =
                named.stream().map(w -> new Target(w.in(namespace), 0)).toList();
        WaitRequest request = WaitRequest.of(namespace, targets)
                .withTimeout(TimeSpan.parse("--timeout", timeout))
                .withStableFor(TimeSpan.parse("--stable-for", stableFor))
                .withFailFast(!patient)
                .withLogLines(logLines);
        return http == null ? request : request.withHttp(HttpCheck.parse(http, httpStatus, httpBody));
    }

    private int report(HealthOutcome outcome) {
        if (output.json()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("result", outcome.result().name().toLowerCase(Locale.ROOT));
            result.put("seconds", outcome.took().toMillis() / 1000.0);
            result.put("objects", objects(outcome));
            if (!outcome.isHealthy()) {
                result.put("problem", outcome.toProblem().sentence());
            }
            console.json(result);
        } else if (!outcome.isHealthy()) {
            console.failure(outcome.toProblem());
        }
        return outcome.isHealthy()
                ? ExitCode.OK
                : ExitCode.of(outcome.toProblem().kind());
    }

    private static List<Map<String, String>> objects(HealthOutcome outcome) {
        return outcome.objects().entrySet().stream()
                .map(entry -> {
                    Health health = entry.getValue();
                    Map<String, String> row = new LinkedHashMap<>();
                    row.put("object", entry.getKey().toString());
                    row.put("state", health.state().name().toLowerCase(Locale.ROOT));
                    row.put("message", health.message());
                    health.cause().ifPresent(cause -> row.put("cause", cause.summary()));
                    return row;
                })
                .toList();
    }
}
