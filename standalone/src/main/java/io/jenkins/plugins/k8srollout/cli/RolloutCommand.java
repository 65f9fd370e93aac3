package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
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
    ReleaseOptions release;

    @Mixin
    OutputOptions output;

    @Option(names = "--workload", paramLabel = "KIND/NAME", description = "change only this workload's images")
    String workload;

    @Option(
            names = "--image",
            paramLabel = "NAME=REF",
            description = "a new image, by container name or by repository; may be given several times")
    Map<String, String> images = Map.of();

    @Option(names = "--pull-secret", paramLabel = "NAME", description = "a Secret that pods get as imagePullSecret")
    String pullSecret;

    @Option(names = "--create-namespace", description = "make the namespace if it is missing")
    boolean createNamespace;

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
            return ReleaseOptions.report(record, console, output);
        }
    }

    private ReleaseRequest request(String namespace) {
        ReleaseRequest.Builder request = release.addTo(ReleaseRequest.builder())
                .namespace(namespace)
                .images(parsed(images))
                .pullSecret(pullSecret)
                .createNamespace(createNamespace)
                .variables(manifests.variables(console));
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
}
