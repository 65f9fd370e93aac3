package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.AccessRight;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Asks the server's authorizer, all questions at once.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access">checking API access</a>
 */
final class AccessReviews {
    private static final String PATH = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    private static final String ATTEMPT = "ask for one's rights";

    private final ApiClient client;
    private final ProgressSink sink;

    AccessReviews(ApiClient client, ProgressSink sink) {
        this.client = client;
        this.sink = sink;
    }

    List<AccessRight> missing(List<AccessRight> wanted) {
        Map<AccessRight, CompletableFuture<Boolean>> answers = new LinkedHashMap<>();
        wanted.forEach(right -> answers.computeIfAbsent(right, this::isMissing));
        return answers.entrySet().stream()
                .filter(e -> ApiClient.await(e.getValue(), ATTEMPT, client.server()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private CompletableFuture<Boolean> isMissing(AccessRight right) {
        ApiRequest request = ApiRequest.get(PATH, ATTEMPT, client.server())
                .sending("POST", ApiRequest.JSON, Json.write(review(right)));
        return client.send(request, sink).thenApply(reply -> {
            if (reply.code() == 401) {
                throw ClusterErrors.refusal(request, client.server(), reply);
            }
            // Who may not even ask is told by the attempt itself.
            return reply.isSuccess() && !reply.json().flag("status", "allowed");
        });
    }

    private static KubeObject review(AccessRight right) {
        int slash = right.resource().indexOf('/');
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("verb", right.verb());
        attributes.put("group", right.group());
        attributes.put(
                "resource", slash < 0 ? right.resource() : right.resource().substring(0, slash));
        if (slash >= 0) {
            attributes.put("subresource", right.resource().substring(slash + 1));
        }
        attributes.put("namespace", right.namespace());
        return KubeObject.of(Map.of(
                "apiVersion", "authorization.k8s.io/v1",
                "kind", "SelfSubjectAccessReview",
                "spec", Map.of("resourceAttributes", attributes)));
    }
}
