package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.AccessRight;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Asks the server who one is, and its authorizer what one may do, all questions at once.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access">checking API access</a>
 */
final class AccessReviews {
    private static final String PATH = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    private static final String IDENTITY = "/apis/authentication.k8s.io/%s/selfsubjectreviews";
    // Stable since 1.28; 1.27 has served the beta by default.
    private static final List<String> IDENTITY_VERSIONS = List.of("v1", "v1beta1");
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

    Optional<String> identity() {
        return IDENTITY_VERSIONS.stream()
                .map(this::identity)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<String> identity(String version) {
        String path = String.format(Locale.ROOT, IDENTITY, version);
        KubeObject question =
                KubeObject.of(Map.of("apiVersion", "authentication.k8s.io/" + version, "kind", "SelfSubjectReview"));
        ApiRequest request = ApiRequest.get(path, "ask who one is", client.server())
                .sending("POST", ApiRequest.JSON, Json.write(question));
        ApiReply reply = ApiClient.await(client.send(request, sink), "ask who one is", client.server());
        if (reply.code() == 401) {
            throw ClusterErrors.refusal(request, client.server(), reply);
        }
        return reply.isSuccess() ? reply.json().text("status", "userInfo", "username") : Optional.empty();
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
