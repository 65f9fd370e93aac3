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
import java.util.stream.Collectors;

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
    private static final String RULES = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
    private static final String ATTEMPT = "ask for one's rights";

    private final ApiClient client;
    private final KeptGrants kept;
    private final ProgressSink sink;

    AccessReviews(ApiClient client, KeptGrants kept, ProgressSink sink) {
        this.client = client;
        this.kept = kept;
        this.sink = sink;
    }

    /**
     * One question for each namespace that several rights are wanted in, then one for each right it has not named. What
     * was granted shortly before is not asked again; what was not, is.
     */
    List<AccessRight> missing(List<AccessRight> wanted) {
        List<AccessRight> unknown =
                wanted.stream().filter(right -> !kept.include(right)).toList();
        return asked(unknown);
    }

    private List<AccessRight> asked(List<AccessRight> wanted) {
        Map<String, GrantedRights> granted = granted(wanted);
        Map<AccessRight, CompletableFuture<Boolean>> answers = new LinkedHashMap<>();
        wanted.stream()
                .filter(right -> !granted.getOrDefault(right.namespace(), GrantedRights.NONE)
                        .include(right))
                .forEach(right -> answers.computeIfAbsent(right, this::isMissing));
        return answers.entrySet().stream()
                .filter(e -> ApiClient.await(e.getValue(), ATTEMPT, client.server()))
                .map(Map.Entry::getKey)
                .toList();
    }

    // What is granted cluster-wide cannot be told apart: the answer for a namespace has that namespace's grants, too.
    private Map<String, GrantedRights> granted(List<AccessRight> wanted) {
        Map<String, Long> counts = wanted.stream()
                .filter(right -> !right.namespace().isEmpty())
                .distinct()
                .collect(Collectors.groupingBy(AccessRight::namespace, Collectors.counting()));
        Map<String, CompletableFuture<GrantedRights>> asked = new LinkedHashMap<>();
        counts.forEach((namespace, count) -> {
            if (count > 1) {
                asked.put(namespace, rules(namespace));
            }
        });
        Map<String, GrantedRights> granted = new LinkedHashMap<>();
        asked.forEach((namespace, rules) -> granted.put(namespace, ApiClient.await(rules, ATTEMPT, client.server())));
        granted.forEach(kept::put);
        return granted;
    }

    // Where a part of the rules cannot be told, as with a webhook that decides, the list is short, not wrong.
    private CompletableFuture<GrantedRights> rules(String namespace) {
        KubeObject question = KubeObject.of(Map.of(
                "apiVersion", "authorization.k8s.io/v1",
                "kind", "SelfSubjectRulesReview",
                "spec", Map.of("namespace", namespace)));
        ApiRequest request =
                ApiRequest.get(RULES, ATTEMPT, client.server()).sending("POST", ApiRequest.JSON, Json.write(question));
        return client.send(request, sink).thenApply(reply -> {
            if (reply.code() == 401) {
                throw ClusterErrors.refusal(request, client.server(), reply);
            }
            return reply.isSuccess() ? GrantedRights.of(reply.json()) : GrantedRights.NONE;
        });
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
