package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.TimeSpan;
import io.jenkins.plugins.k8srollout.engine.model.WorkloadRef;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRun;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseTools;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rollout}: releases manifests, or new images of one workload. */
@Command(
        name = "rollout",
        mixinStandardHelpOptions = true,
        description = "Releases manifests (-f), or new images of one workload (--workload), and waits for health.")
final class RolloutCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    ClusterOptions cluster;

    @Mixin
    ManifestOptions manifests;

    @Mixin
    OutputOptions output;

    @Option(names = "--workload", paramLabel = "KIND/NAME", description = "change only this workload's images")
    String workload;

    @Option(
            names = "--image",
            paramLabel = "NAME=REF",
            description = "a new image, by container name or by repository; may be given several times")
    Map<String, String> images = Map.of();

    @Option(names = "--strategy", defaultValue = "rolling", description = "rolling (default: ${DEFAULT-VALUE})")
    String strategy;

    @Option(names = "--timeout", defaultValue = "10m", description = "such as 90s or 10m (default: ${DEFAULT-VALUE})")
    String timeout;

    @Option(
            names = "--on-failure",
            defaultValue = "rollback",
            description = "rollback, hold or leave (default: ${DEFAULT-VALUE})")
    String onFailure;

    @Option(names = "--pull-secret", paramLabel = "NAME", description = "a Secret that pods get as imagePullSecret")
    String pullSecret;

    @Option(names = "--create-namespace", description = "make the namespace if it is missing")
    boolean createNamespace;

    @Option(names = "--change-cause", paramLabel = "TEXT", description = "for kubernetes.io/change-cause")
    String changeCause = "";

    @Option(names = "--force", description = "take over fields that another manager owns")
    boolean force;

    @Option(names = "--no-wait", description = "end once everything is applied")
    boolean noWait;

    @Option(names = "--dry-run", description = "only ask the server, and print what would change")
    boolean dryRun;

    RolloutCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        ProgressSink sink = console.sink(output.format);
        try (ClusterSession session = new ClusterSession(cluster, console, sink)) {
            ReleaseRequest request = request(session.namespace());
            ReleaseTools tools = session.tools(sink);
            ReleaseRecord record = session.await(done -> ReleaseRun.start(request, tools, token -> {}, done));
            return report(record);
        }
    }

    private ReleaseRequest request(String namespace) {
        ReleaseRequest.Builder request = ReleaseRequest.builder()
                .namespace(namespace)
                .images(parsed(images))
                .strategy(Strategy.parse(strategy))
                .timeout(TimeSpan.parse("--timeout", timeout))
                .onFailure(OnFailure.parse(onFailure))
                .pullSecret(pullSecret)
                .createNamespace(createNamespace)
                .changeCause(changeCause)
                .variables(manifests.variables(console))
                .force(force)
                .awaitHealthy(!noWait)
                .dryRun(dryRun);
        if (manifests.given()) {
            request.manifests(manifests.read());
        }
        return workload == null
                ? request.build()
                : request.workload(WorkloadRef.parse(workload)).build();
    }

    private static Map<String, ImageReference> parsed(Map<String, String> images) {
        Map<String, ImageReference> parsed = new LinkedHashMap<>();
        images.forEach((name, image) -> parsed.put(name, ImageReference.parse(image)));
        return parsed;
    }

    private int report(ReleaseRecord record) {
        if (output.json()) {
            console.out().println(record.toJson());
        }
        record.problem().ifPresent(console::failure);
        if (record.isSuccess()) {
            return ExitCode.OK;
        }
        return record.problem().map(Problem::kind).map(ExitCode::of).orElse(ExitCode.UNHEALTHY);
    }
}
