package io.jenkins.plugins.k8srollout.engine.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.AccessRight;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyOptions;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyResult;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.ScriptedApiServer.Request;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Test;

/** Reading and writing objects, and the questions around them. */
public class Fabric8ClusterTest extends Fabric8ClusterFixture {
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
        assertThat(parsed(patch.body()), equalTo(CONFIG));
    }

    @Test
    public void applyOfWhatWasReadIsNotReadAgainAndHoldsForThatVersion() {
        server.answer("PATCH " + PATH, 200, STORED);
        KubeObject read = CONFIG.with("6", "metadata", "resourceVersion").with("u", "metadata", "uid");
        assertThat(
                cluster.apply(CONFIG, new ApplyOptions(false, false, Optional.of(read)))
                        .booked(),
                equalTo(Optional.of(read)));
        assertThat(server.requests("GET " + PATH), empty());
        KubeObject body = parsed(server.requests("PATCH " + PATH).get(0).body());
        assertThat(body.text("metadata", "resourceVersion"), equalTo(Optional.of("6")));
        assertThat(body.uid(), equalTo("u"));
    }

    @Test
    public void applyToAnotherVersionIsToldAtOnce() {
        server.answer("PATCH " + PATH, 409, status(409, "Conflict", "the object has been modified"))
                .answer("PATCH " + PATH, 404, status(404, "NotFound", "gone", "{\"name\":\"settings\"}"));
        ApplyOptions options = ApplyOptions.changing(CONFIG.with("6", "metadata", "resourceVersion"));
        assertThrows(OutdatedException.class, () -> cluster.apply(CONFIG, options));
        assertThrows(OutdatedException.class, () -> cluster.apply(CONFIG, options));
        assertThat(server.requests("PATCH " + PATH), hasSize(2));
    }

    @Test
    public void dryRunOfWhatIsKnownNotToExistIsOneRequest() {
        server.answer("PATCH " + PATH, 201, STORED);
        assertThat(
                cluster.apply(CONFIG, new ApplyOptions(true, false, Optional.of(KubeObject.empty())))
                        .before(),
                equalTo(Optional.empty()));
        assertThat(server.requests("GET " + PATH), empty());
    }

    @Test
    public void whatWouldChangeNothingIsNotSent() {
        String ours = STORED.replace(
                "{\"manager\":\"x\"}",
                "{\"manager\":\"kubernetes-rollout\",\"operation\":\"Apply\",\"apiVersion\":\"v1\","
                        + "\"fieldsV1\":{\"f:data\":{\"f:colour\":{}}}}");
        server.answer("GET " + PATH, 200, ours);
        ApplyResult result = cluster.apply(CONFIG, ApplyOptions.PLAIN);
        assertThat(result.idle(), is(true));
        assertThat(result.changed(), is(false));
        assertThat(result.owned(), equalTo(CONFIG));
        assertThat(server.requests("PATCH " + PATH), empty());
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
    public void otherObjectOfTheSameNameIsNotDeleted() {
        server.answer("DELETE " + PATH, 409, status(409, "Conflict", "the UID in the precondition does not match"));
        cluster.delete(SETTINGS, "uid-7");
        assertThat(server.requests("DELETE " + PATH), hasSize(1));
        assertThat(
                server.requests("DELETE " + PATH).get(0).body(),
                containsString("\"preconditions\":{\"uid\":\"uid-7\"}"));
    }

    @Test
    public void patchOfAVersionThatIsGoneIsAConflictAtOnce() {
        server.answer("PATCH " + PATH, 409, status(409, "Conflict", "the object has been modified"));
        KubeObject patch = KubeObject.of(Map.of("metadata", Map.of("resourceVersion", "7"), "data", Map.of("a", "b")));
        assertThat(problem(() -> cluster.patch(SETTINGS, patch)).kind(), equalTo(Problem.Kind.CONFLICT));
        assertThat(server.requests("PATCH " + PATH), hasSize(1));
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

    @Test
    public void grantsAreBelievedForAWhileAndWhatWasNotGrantedIsAskedAnew() {
        String rules = "POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
        String each = "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        server.answer(rules, 201, """
                {"status": {"resourceRules": [{"verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods"]}]}}
                """);
        server.answer(each, 201, "{\"status\":{\"allowed\":false}}");
        AccessRight get = new AccessRight("get", "", "pods", "shop");
        AccessRight list = new AccessRight("list", "", "pods", "shop");
        AccessRight delete = new AccessRight("delete", "", "pods", "shop");
        assertThat(cluster.missingRights(List.of(get, list)), empty());
        assertThat(cluster.reportingTo(sink).missingRights(List.of(get, list)), empty());
        assertThat(server.requests(rules), hasSize(1));
        assertThat(cluster.missingRights(List.of(get, delete)), contains(delete));
        assertThat(cluster.missingRights(List.of(get, delete)), contains(delete));
        assertThat(server.requests(each), hasSize(2));
    }

    @Test
    public void rightsThatTheRulesOfANamespaceGrantNeedNoQuestionOfTheirOwn() {
        String rules = "POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
        String each = "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        server.answer(rules, 201, """
                {"status": {"incomplete": true, "resourceRules": [
                  {"verbs": ["get", "list"], "apiGroups": ["", "apps"], "resources": ["pods", "deployments"]},
                  {"verbs": ["get"], "apiGroups": [""], "resources": ["*/log"]},
                  {"verbs": ["*"], "apiGroups": ["batch"], "resources": ["*"]},
                  {"verbs": ["get"], "apiGroups": [""], "resources": ["secrets"], "resourceNames": ["one"]}]}}
                """);
        server.answer(each, 201, "{\"status\":{\"allowed\":false}}");
        AccessRight named = new AccessRight("get", "", "secrets", "shop");
        AccessRight other = new AccessRight("delete", "", "pods", "shop");
        AccessRight everywhere = new AccessRight("get", "", "pods", "");
        AccessRight elsewhere = new AccessRight("get", "", "pods", "other");
        assertThat(
                cluster.missingRights(List.of(
                        new AccessRight("get", "", "pods", "shop"),
                        new AccessRight("list", "apps", "deployments", "shop"),
                        new AccessRight("get", "", "pods/log", "shop"),
                        new AccessRight("patch", "batch", "jobs/status", "shop"),
                        named,
                        other,
                        everywhere,
                        elsewhere)),
                contains(named, other, everywhere, elsewhere));
        assertThat(server.requests(rules), hasSize(1));
        assertThat(server.requests(each), hasSize(4));
    }

    @Test
    public void identityIsAskedOfTheServer() {
        String path = "POST /apis/authentication.k8s.io/v1/selfsubjectreviews";
        server.answer(path, 201, "{\"status\":{\"userInfo\":{\"username\":\"system:serviceaccount:ci:bot\"}}}");
        assertThat(cluster.identity(), equalTo(Optional.of("system:serviceaccount:ci:bot")));
    }

    @Test
    public void anOldServerDoesNotTellTheIdentity() {
        assertThat(cluster.identity(), equalTo(Optional.empty()));
        assertThat(server.requests("POST /apis/authentication.k8s.io/v1beta1/selfsubjectreviews"), hasSize(1));
    }
}
