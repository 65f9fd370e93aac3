package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads the end of a container's log. A log explains a failure; lacking it must not become another. */
final class PodLogs {
    private static final String LARGEST_BYTES = String.valueOf(256 << 10);

    private final ApiClient client;
    private final ProgressSink sink;

    PodLogs(ApiClient client, ProgressSink sink) {
        this.client = client;
        this.sink = sink;
    }

    List<String> tail(ObjectRef pod, String container, boolean previous, int lines) {
        String path =
                "/api/v1/namespaces/" + Paths.segment(pod.namespace()) + "/pods/" + Paths.segment(pod.name()) + "/log";
        ApiRequest request = ApiRequest.get(path, "read the log of container " + container, pod.toString())
                .accepting("*/*")
                .with("container", container)
                .with("previous", previous ? "true" : "")
                .with("tailLines", String.valueOf(lines))
                .with("limitBytes", LARGEST_BYTES);
        try {
            return lines(once(request));
        } catch (ReleaseException e) {
            return List.of();
        }
    }

    // An API server that is away is waited for; a kubelet that is away (500) is not.
    private ApiReply once(ApiRequest request) {
        try {
            return client.call(request.impatient(), sink);
        } catch (ReleaseException e) {
            return client.call(request, sink);
        }
    }

    private static List<String> lines(ApiReply reply) {
        return reply.isSuccess()
                ? new String(reply.body(), StandardCharsets.UTF_8).lines().toList()
                : List.of();
    }
}
