package io.jenkins.plugins.k8srollout.engine.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyOptions;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyResult;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.TakenOver;
import io.jenkins.plugins.k8srollout.engine.cluster.ScriptedApiServer.Request;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import java.util.List;
import org.junit.Test;

/** Objects that kubectl has made: what is taken over from it, and what stays a conflict. */
public class Fabric8TakeOverTest extends Fabric8ClusterFixture {
    private static final String KUBECTL = booking("kubectl-client-side-apply", "Update");
    private static final String OURS = booking("kubernetes-rollout", "Apply");

    private static String booked(String version, String... entries) {
        return STORED.replace("\"7\"", "\"" + version + "\"").replace("{\"manager\":\"x\"}", String.join(",", entries));
    }

    private static String booking(String manager, String operation) {
        return "{\"manager\":\"" + manager + "\",\"operation\":\"" + operation + "\"}";
    }

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
        KubeObject handedOver = parsed(patches.get(2).body());
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
}
