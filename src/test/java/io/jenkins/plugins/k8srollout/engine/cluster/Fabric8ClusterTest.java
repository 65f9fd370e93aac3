package io.jenkins.plugins.k8srollout.engine.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.AccessRight;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyOptions;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyResult;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.TakenOver;
import io.jenkins.plugins.k8srollout.engine.cluster.ScriptedApiServer.Request;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import io.jenkins.plugins.k8srollout.testutil.ManualScheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

public class Fabric8ClusterTest {
    private static final String PATH = "/api/v1/namespaces/shop/configmaps/settings";
    private static final ObjectRef SETTINGS = new ObjectRef("v1", "ConfigMap", "shop", "settings");
    private static final KubeObject CONFIG = FakeObjects.parse(
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop}, data: {colour: blue}}");
    private static final String STORED =
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"settings\",\"namespace\":\"shop\","
                    + "\"resourceVersion\":\"7\",\"managedFields\":[{\"manager\":\"x\"}]},\"data\":{\"colour\":\"blue\"}}";
    private final CapturingSink sink = new CapturingSink();
    private final ImpatientScheduler time = new ImpatientScheduler();
    private ScriptedApiServer server;
    private Fabric8Cluster cluster;

    @Before
    public void open() throws IOException {
        server = new ScriptedApiServer();
        cluster = open(ClusterAccess.server(server.url(), "").withToken("secret-token"));
    }

    private Fabric8Cluster open(ClusterAccess access) {
        return Fabric8Cluster.open(access, time, time, sink);
    }

    @After
    public void close() {
        cluster.close();
        server.close();
        time.close();
    }

    // ---- discovery

    @Test
    public void readsLegacyDiscovery() {
        assertThat(cluster.apis().serverVersion(), equalTo("1.20"));
        assertThat(cluster.apis().resource("v1", "ConfigMap").orElseThrow().plural(), equalTo("configmaps"));
        assertThat("subresources are no kinds", cluster.apis().serves("v1", "Pod"), is(false));
    }

    @Test
    public void readsAggregatedDiscovery() {
        server.reset("GET /apis").answer("GET /apis", 200, """
                        {"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"apps"},"versions":[{"version":"v1",
                        "resources":[{"resource":"deployments","responseKind":{"group":"","kind":"Deployment"},
                        "scope":"Namespaced","subresources":[{"subresource":"scale"}]}]}]}]}
                        """);
        assertThat(
                cluster.apis().resource("apps/v1", "Deployment").orElseThrow().namespaced(), is(true));
    }

    @Test
    public void unavailableAggregatedApiDoesNotFailDiscovery() {
        server.reset("GET /apis")
                .answer(
                        "GET /apis",
                        200,
                        "{\"kind\":\"APIGroupList\",\"groups\":[{\"name\":\"metrics.k8s.io\",\"versions\":"
                                + "[{\"groupVersion\":\"metrics.k8s.io/v1beta1\"}]}]}")
                .answer("GET /apis/metrics.k8s.io/v1beta1", 503, status(503, "ServiceUnavailable", "unable to handle"));
        assertThat(cluster.apis().serves("v1", "ConfigMap"), is(true));
        assertThat(server.requests("GET /apis/metrics.k8s.io/v1beta1"), hasSize(1));
    }

    @Test
    public void missedKindIsLookedForOnceMore() {
        cluster.apis();
        ObjectRef secret = new ObjectRef("v1", "Secret", "shop", "login");
        assertThat(cluster.get(secret).isPresent(), is(false));
        assertThat(server.requests("GET /api/v1"), hasSize(2));
    }

    @Test
    public void whatIsServedIsAskedAnewAfterAWhile() {
        cluster.apis();
        cluster.apis();
        assertThat(server.requests("GET /api/v1"), hasSize(1));
        for (int i = 0; i < 6; i++) {
            time.after(Duration.ofMinutes(2), () -> {});
        }
        cluster.apis();
        assertThat(server.requests("GET /api/v1"), hasSize(2));
    }

    @Test
    public void somethingThatIsNoApiServerIsSaidToBeNone() {
        server.reset("GET /api").answer("GET /api", 200, "<html>Welcome</html>");
        assertThat(problem(cluster::apis).kind(), equalTo(Problem.Kind.NOT_FOUND));
    }

    // ---- reading and writing

    @Test
    public void readsWithoutManagedFields() {
        server.answer("GET " + PATH, 200, STORED);
        KubeObject read = cluster.get(SETTINGS).orElseThrow();
        assertThat(read.has("metadata", "managedFields"), is(false));
        assertThat(read.text("data", "colour").orElseThrow(), equalTo("blue"));
    }

    @Test
    public void listsAllPagesAndGivesItemsTheirKind() {
        String list = "GET /api/v1/namespaces/shop/configmaps";
        server.answer(
                        list,
                        200,
                        "{\"kind\":\"ConfigMapList\",\"apiVersion\":\"v1\",\"metadata\":{\"continue\":\"next\"},"
                                + "\"items\":[{\"metadata\":{\"name\":\"a\"}}]}")
                .answer(
                        list,
                        200,
                        "{\"kind\":\"ConfigMapList\",\"apiVersion\":\"v1\",\"metadata\":{},"
                                + "\"items\":[{\"metadata\":{\"name\":\"b\"}}]}");
        List<KubeObject> found =
                cluster.list(Selection.of("v1", "ConfigMap", "shop").labelled("app=web"));
        assertThat(found.stream().map(o -> o.kind() + " " + o.name()).toList(), contains("ConfigMap a", "ConfigMap b"));
        List<Request> requests = server.requests(list);
        assertThat(
                requests.get(1).query(),
                allOf(containsString("continue=next"), containsString("labelSelector=app=web")));
    }

    @Test
    public void listBeginsAnewWhenItsVersionIsForgotten() {
        String list = "GET /api/v1/namespaces/shop/configmaps";
        server.answer(list, 200, "{\"kind\":\"ConfigMapList\",\"metadata\":{\"continue\":\"next\"},\"items\":[{}]}")
                .answer(list, 410, status(410, "Expired", "the provided continue parameter is too old"))
                .answer(list, 200, "{\"kind\":\"ConfigMapList\",\"metadata\":{},\"items\":[]}");
        assertThat(cluster.list(Selection.of("v1", "ConfigMap", "shop")), empty());
    }

    @Test
    public void appliesUnderOurManagerWithoutServerFields() {
        server.answer("GET " + PATH, 200, STORED).answer("PATCH " + PATH, 200, STORED);
        KubeObject desired = CONFIG.with("5", "metadata", "resourceVersion").with("x", "status", "a");
        assertThat(cluster.apply(desired, new ApplyOptions(true, false)).changed(), is(false));
        Request patch = server.requests("PATCH " + PATH).get(0);
        assertThat(patch.query(), equalTo("fieldManager=kubernetes-rollout&dryRun=All"));
        assertThat(KubeObjects.parse(patch.body()), equalTo(CONFIG));
    }

    @Test
    public void conflictWithOurselvesIsNone() {
        server.answer("GET " + PATH, 200, STORED)
                .answer("PATCH " + PATH, 409, conflict("kubernetes-rollout"))
                .answer("PATCH " + PATH, 200, STORED);
        cluster.apply(CONFIG, ApplyOptions.PLAIN);
        assertThat(server.requests("PATCH " + PATH).get(1).query(), containsString("force=true"));
    }

    @Test
    public void conflictWithAnotherManagerIsTold() {
        server.answer("GET " + PATH, 200, STORED).answer("PATCH " + PATH, 409, conflict("an-operator"));
        Problem problem = problem(() -> cluster.apply(CONFIG, ApplyOptions.PLAIN));
        assertThat(problem.kind(), equalTo(Problem.Kind.CONFLICT));
        assertThat(problem.reason(), equalTo("these fields belong to an-operator: data.colour"));
        assertThat(server.requests("PATCH " + PATH), hasSize(1));
    }

    private static String conflict(String... managers) {
        String causes = Stream.of(managers)
                .map(m -> "{\"reason\":\"FieldManagerConflict\",\"message\":\"conflict with \\\"" + m
                        + "\\\" using v1\",\"field\":\".data.colour\"}")
                .collect(Collectors.joining(","));
        return status(409, "Conflict", "Apply failed with 1 conflict", "{\"causes\":[" + causes + "]}");
    }

    // ---- what kubectl has made

    private static String booked(String version, String... entries) {
        return STORED.replace("\"7\"", "\"" + version + "\"").replace("{\"manager\":\"x\"}", String.join(",", entries));
    }

    private static String booking(String manager, String operation) {
        return "{\"manager\":\"" + manager + "\",\"operation\":\"" + operation + "\"}";
    }

    private static final String KUBECTL = booking("kubectl-client-side-apply", "Update");
    private static final String OURS = booking("kubernetes-rollout", "Apply");

    @Test
    public void firstReleaseFollowsKubectlAsTheOwner() {
        server.answer("GET " + PATH, 200, booked("7", KUBECTL))
                .answer("PATCH " + PATH, 409, conflict("kubectl-client-side-apply", "kubectl-edit"))
                .answer("PATCH " + PATH, 200, booked("8", KUBECTL, OURS, booking("x", "Update")))
                .answer("PATCH " + PATH, 200, STORED);
        ApplyResult result = cluster.apply(CONFIG, ApplyOptions.PLAIN);
        assertThat(
                result.takenOver(),
                contains(
                        new TakenOver("data.colour", "kubectl-client-side-apply"),
                        new TakenOver("data.colour", "kubectl-edit")));
        List<Request> patches = server.requests("PATCH " + PATH);
        assertThat(patches.get(1).query(), containsString("force=true"));
        KubeObject handedOver = KubeObjects.parse(patches.get(2).body());
        assertThat(handedOver.text("metadata", "resourceVersion").orElseThrow(), equalTo("8"));
        assertThat(
                handedOver.children("metadata", "managedFields").stream()
                        .map(e -> e.text("manager").orElse(""))
                        .toList(),
                contains("kubernetes-rollout", "x"));
    }

    @Test
    public void changeInBetweenIsNotLostWhenOwnershipMoves() {
        server.answer("GET " + PATH, 200, booked("7", KUBECTL))
                .answer("GET " + PATH, 200, booked("9", KUBECTL, OURS))
                .answer("PATCH " + PATH, 200, booked("8", KUBECTL, OURS))
                .answer("PATCH " + PATH, 409, status(409, "Conflict", "the object has been modified"))
                .answer("PATCH " + PATH, 200, STORED);
        cluster.apply(CONFIG, ApplyOptions.PLAIN);
        assertThat(server.requests("PATCH " + PATH).get(2).body(), containsString("\"resourceVersion\":\"9\""));
    }

    @Test
    public void releaseIsDoneAlthoughTheOwnershipCannotBeMoved() {
        server.answer("GET " + PATH, 200, booked("7", KUBECTL))
                .answer("PATCH " + PATH, 200, booked("8", KUBECTL, OURS))
                .answer("PATCH " + PATH, 500, "");
        assertThat(cluster.apply(CONFIG, ApplyOptions.PLAIN).takenOver(), empty());
        assertThat(sink.lines(), hasItem(containsString("stays booked as kubectl's")));
    }

    @Test
    public void dryRunOverKubectlsFieldsMovesNothing() {
        server.answer("GET " + PATH, 200, booked("7", KUBECTL))
                .answer("PATCH " + PATH, 409, conflict("kubectl-client-side-apply"))
                .answer("PATCH " + PATH, 200, booked("7", KUBECTL, OURS));
        assertThat(cluster.apply(CONFIG, new ApplyOptions(true, false)).takenOver(), hasSize(1));
        assertThat(server.requests("PATCH " + PATH), hasSize(2));
        assertThat(server.requests("PATCH " + PATH).get(1).query(), containsString("dryRun=All&force=true"));
    }

    @Test
    public void changeByHandAfterTheFirstReleaseIsAConflict() {
        server.answer("GET " + PATH, 200, booked("7", OURS)).answer("PATCH " + PATH, 409, conflict("kubectl-edit"));
        assertThat(problem(() -> cluster.apply(CONFIG, ApplyOptions.PLAIN)).kind(), equalTo(Problem.Kind.CONFLICT));
    }

    @Test
    public void kubectlsManifestsAndUndoneRolloutsAreFollowedEachTime() {
        server.answer("GET " + PATH, 200, booked("7", OURS))
                .answer("PATCH " + PATH, 409, conflict("kubectl-client-side-apply", "kubectl-rollout"))
                .answer("PATCH " + PATH, 200, STORED);
        assertThat(cluster.apply(CONFIG, ApplyOptions.PLAIN).takenOver(), hasSize(2));
    }

    @Test
    public void whatKubectlOwnsByServerSideApplyIsAConflict() {
        server.answer("GET " + PATH, 200, STORED)
                .answer("PATCH " + PATH, 409, conflict("kubectl").replace(" using v1", ""));
        assertThat(problem(() -> cluster.apply(CONFIG, ApplyOptions.PLAIN)).kind(), equalTo(Problem.Kind.CONFLICT));
    }

    @Test
    public void onlyTheOtherOwnersAreNamedBesideKubectl() {
        server.answer("GET " + PATH, 200, booked("7", KUBECTL))
                .answer("PATCH " + PATH, 409, conflict("kubectl-client-side-apply", "an-operator"));
        Problem problem = problem(() -> cluster.apply(CONFIG, ApplyOptions.PLAIN));
        assertThat(problem.reason(), equalTo("these fields belong to an-operator: data.colour"));
        assertThat(server.requests("PATCH " + PATH), hasSize(1));
    }

    @Test
    public void objectsOlderThanTheBookkeepingAreFollowedIfKubectlHasAppliedThem() {
        String applied = STORED.replace(
                "\"resourceVersion\"",
                "\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":\"{}\"},\"resourceVersion\"");
        server.answer("GET " + PATH, 200, STORED)
                .answer("GET " + PATH, 200, applied)
                .answer("PATCH " + PATH, 409, conflict("before-first-apply"))
                .answer("PATCH " + PATH, 409, conflict("before-first-apply"))
                .answer("PATCH " + PATH, 200, STORED);
        assertThat(problem(() -> cluster.apply(CONFIG, ApplyOptions.PLAIN)).kind(), equalTo(Problem.Kind.CONFLICT));
        assertThat(cluster.apply(CONFIG, ApplyOptions.PLAIN).takenOver(), hasSize(1));
    }

    @Test
    public void raceAtCreationIsTriedAgain() {
        server.answer("PATCH " + PATH, 409, status(409, "AlreadyExists", "configmaps \"settings\" already exists"))
                .answer("PATCH " + PATH, 200, STORED);
        cluster.apply(CONFIG, ApplyOptions.PLAIN);
        assertThat(server.requests("PATCH " + PATH), hasSize(2));
    }

    @Test
    public void patchesAndDeletes() {
        server.answer("PATCH " + PATH, 200, STORED);
        cluster.patch(SETTINGS, KubeObject.of(Map.of("data", Map.of("colour", "blue"))));
        assertThat(server.requests("PATCH " + PATH).get(0).query(), equalTo("fieldManager=kubernetes-rollout"));
        cluster.delete(SETTINGS);
        assertThat(server.requests("DELETE " + PATH).get(0).body(), containsString("\"Background\""));
    }

    @Test
    public void namesCannotLeaveTheirPath() {
        server.answer("GET " + PATH, 200, STORED);
        cluster.get(new ObjectRef("v1", "ConfigMap", "shop", "../../../../version"));
        assertThat(server.requests("GET /version"), hasSize(1));
    }

    @Test
    public void logsAreTailedAndTheirAbsenceIsNoError() {
        String path = "GET /api/v1/namespaces/shop/pods/web-1/log";
        ObjectRef pod = new ObjectRef("v1", "Pod", "shop", "web-1");
        assertThat(cluster.logs(pod, "web", true, 2), empty());
        server.answer(path, 200, "one\ntwo\n");
        assertThat(cluster.logs(pod, "web", true, 2), contains("one", "two"));
        assertThat(
                server.requests(path).get(1).query(),
                allOf(containsString("previous=true"), containsString("tailLines=2")));
    }

    @Test
    public void missingRightsAreAskedOfTheServer() {
        String path = "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        server.answer(path, 201, "{\"status\":{\"allowed\":false}}");
        AccessRight right = new AccessRight("get", "", "pods/log", "shop");
        assertThat(cluster.missingRights(List.of(right, right)), contains(right));
        assertThat(server.requests(path), hasSize(1));
        assertThat(
                server.requests(path).get(0).body(), containsString("\"resource\":\"pods\",\"subresource\":\"log\""));
    }

    // ---- faults that pass

    @Test
    public void passingFaultsAreTriedAgainAndTold() {
        server.answer("GET " + PATH, 429, status(429, "TooManyRequests", "slow down"), "Retry-After", "3")
                .answer("GET " + PATH, 500, status(500, "InternalError", "etcdserver: leader changed"))
                .answer("GET " + PATH, 503, "")
                .answer("GET " + PATH, 504, status(504, "Timeout", "request did not complete"))
                .answer("GET " + PATH, 200, STORED);
        assertThat(cluster.get(SETTINGS).isPresent(), is(true));
        ProgressEvent.Retrying first = sink.of(ProgressEvent.Retrying.class).get(0);
        assertThat(first.attempted(), equalTo("read ConfigMap/shop/settings"));
        assertThat(first.reason(), equalTo("slow down"));
        assertThat(first.delay().toSeconds(), equalTo(3L));
    }

    @Test
    public void patienceEnds() {
        server.answer("GET " + PATH, 503, status(503, "ServiceUnavailable", "shutting down"));
        Problem problem = problem(() -> cluster.get(SETTINGS));
        assertThat(problem.kind(), equalTo(Problem.Kind.UNREACHABLE));
        assertThat(problem.reason(), allOf(containsString(server.url()), containsString("shutting down")));
    }

    @Test
    public void refusedConnectionIsToldWithAddressAndTimeTried() {
        server.close();
        Problem problem = problem(cluster::apis);
        assertThat(problem.kind(), equalTo(Problem.Kind.UNREACHABLE));
        assertThat(
                problem.reason(),
                allOf(containsString(server.url()), containsString("refused"), containsString("tried for 9")));
    }

    @Test
    public void expiredTokenIsFetchedAnew() {
        Iterator<String> tokens =
                List.of("old", "old", "old", "old", "old", "old", "new").iterator();
        String[] last = {""};
        Fabric8Cluster renewing = open(ClusterAccess.server(server.url(), "").withTokens(() -> {
            last[0] = tokens.hasNext() ? tokens.next() : last[0];
            return last[0];
        }));
        server.answer("GET " + PATH, 401, status(401, "Unauthorized", "Unauthorized"))
                .answer("GET " + PATH, 200, STORED);
        assertThat(renewing.get(SETTINGS).isPresent(), is(true));
        renewing.close();
    }

    @Test
    public void wrongTokenThatCannotBeRenewedFailsAtOnceAndIsNotShown() {
        server.answer("GET " + PATH, 401, status(401, "Unauthorized", "Unauthorized"));
        Problem problem = problem(() -> cluster.get(SETTINGS));
        assertThat(problem.kind(), equalTo(Problem.Kind.NOT_PERMITTED));
        assertThat(problem.sentence(), not(containsString("secret-token")));
        assertThat(sink.events(), empty());
    }

    @Test
    public void serverThatWakesUpMayStillForbid() {
        server.answer("GET " + PATH, 503, "")
                .answer("GET " + PATH, 403, status(403, "Forbidden", DENIED))
                .answer("GET " + PATH, 404, "404 page not found")
                .answer("GET " + PATH, 200, STORED);
        assertThat(cluster.get(SETTINGS).isPresent(), is(true));
    }

    @Test
    public void callersOnAllThreadsOfTheSchedulerStillGetTheirRetries() {
        server.answer("GET " + PATH, 503, "").answer("GET " + PATH, 200, STORED);
        CompletableFuture<Boolean> read = new CompletableFuture<>();
        Fabric8Cluster own = Fabric8Cluster.open(ClusterAccess.server(server.url(), ""), time, sink);
        time.after(Duration.ZERO, () -> read.complete(own.get(SETTINGS).isPresent()));
        assertThat(read.join(), is(true));
        own.close();
    }

    @Test
    public void interruptedCallerGetsAwayAtOnce() throws InterruptedException {
        // A scheduler whose retries never come: only the interrupt can end the call.
        ManualScheduler still = new ManualScheduler();
        Fabric8Cluster waiting = Fabric8Cluster.open(ClusterAccess.server(server.url(), ""), still, still, event -> {});
        server.answer("GET " + PATH, 503, "");
        CompletableFuture<Problem> told = new CompletableFuture<>();
        Thread caller = new Thread(() -> told.complete(problem(() -> waiting.get(SETTINGS))));
        caller.start();
        caller.interrupt();
        assertThat(told.join().kind(), equalTo(Problem.Kind.INTERRUPTED));
        waiting.close();
    }

    @Test
    public void closingEndsCallsThatWaitForTheirNextAttempt() {
        CompletableFuture<Boolean> retrying = new CompletableFuture<>();
        Fabric8Cluster closing =
                Fabric8Cluster.open(ClusterAccess.server(server.url(), ""), time, event -> retrying.complete(true));
        server.answer("GET " + PATH, 503, "", "Retry-After", "60");
        CompletableFuture<Problem> told = new CompletableFuture<>();
        new Thread(() -> told.complete(problem(() -> closing.get(SETTINGS)))).start();
        retrying.join();
        closing.close();
        assertThat(told.join().reason(), containsString("was closed"));
    }

    // ---- refusals

    private static final String DENIED =
            "configmaps \"settings\" is forbidden: User \"system:serviceaccount:ci:bot\" cannot"
                    + " get resource \"configmaps\" in API group \"\" in the namespace \"shop\"";

    @Test
    public void forbiddenNamesUserVerbAndRule() {
        server.answer("GET " + PATH, 403, status(403, "Forbidden", DENIED));
        Problem problem = problem(() -> cluster.get(SETTINGS));
        assertThat(problem.kind(), equalTo(Problem.Kind.NOT_PERMITTED));
        assertThat(problem.reason(), equalTo("system:serviceaccount:ci:bot may not get configmaps in namespace shop"));
        assertThat(
                problem.remedy(), containsString("{apiGroups: [\"\"], resources: [\"configmaps\"], verbs: [\"get\"]}"));
    }

    @Test
    public void eachRefusalHasItsKindAndWords() {
        Map<String, Problem.Kind> cases = Map.of(
                status(403, "Forbidden", "pods \"x\" is forbidden: exceeded quota: small"), Problem.Kind.REJECTED,
                status(403, "Forbidden", "violates PodSecurity \"restricted:latest\""), Problem.Kind.REJECTED,
                status(400, "BadRequest", "admission webhook \"a.b\" denied the request: no"), Problem.Kind.REJECTED,
                status(404, "NotFound", "namespaces \"shop\" not found", "{\"name\":\"shop\",\"kind\":\"namespaces\"}"),
                        Problem.Kind.NOT_FOUND,
                status(
                                422,
                                "Invalid",
                                "is invalid",
                                "{\"causes\":[{\"field\":\"a.b\",\"message\":\"bad\"},"
                                        + "{\"field\":\"c\",\"message\":\"worse\"}]}"),
                        Problem.Kind.REJECTED,
                status(415, "UnsupportedMediaType", "the body of the request was in an unknown format"),
                        Problem.Kind.REJECTED,
                status(
                                500,
                                "InternalError",
                                "failed to create typed patch object: .spec.x: field not declared in schema"),
                        Problem.Kind.REJECTED);
        cases.forEach((body, kind) -> {
            int code = (int) KubeObjects.parse(body).numberOr(0, "code");
            server.reset("PATCH " + PATH).answer("PATCH " + PATH, code, body);
            Problem problem = problem(() -> cluster.apply(CONFIG, ApplyOptions.PLAIN));
            assertThat(body, problem.kind(), equalTo(kind));
            if (code == 422) {
                assertThat(problem.reason(), equalTo("a.b: bad; c: worse"));
            }
        });
        assertThat("none of them was tried again", sink.events(), empty());
    }

    @Test
    public void plainHttpToAServerThatWantsTlsIsNoFaultOfTheManifest() {
        server.answer("GET " + PATH, 400, "Client sent an HTTP request to an HTTPS server.");
        Problem problem = problem(() -> cluster.get(SETTINGS));
        assertThat(problem.kind(), equalTo(Problem.Kind.UNREACHABLE));
        assertThat(problem.remedy(), containsString("https://"));
    }

    @Test
    public void webhookThatIsAwayIsTriedForAWhileAndQuoted() {
        server.answer(
                "PATCH " + PATH, 500, status(500, "InternalError", "failed calling webhook \"w\": connection refused"));
        Problem problem = problem(() -> cluster.apply(CONFIG, ApplyOptions.PLAIN));
        assertThat(problem.kind(), equalTo(Problem.Kind.REJECTED));
        assertThat(problem.reason(), containsString("failed calling webhook \"w\""));
        assertThat(server.requests("PATCH " + PATH).size(), greaterThan(3));
    }

    private static String status(int code, String reason, String message) {
        return ScriptedApiServer.status(code, reason, message);
    }

    private static String status(int code, String reason, String message, String details) {
        return ScriptedApiServer.status(code, reason, message, details);
    }

    private static Problem problem(org.junit.function.ThrowingRunnable call) {
        return assertThrows(ReleaseException.class, call).problem();
    }

    /** Reads JSON in tests. */
    static final class KubeObjects {
        static KubeObject parse(String json) {
            return Json.read(json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }
}
