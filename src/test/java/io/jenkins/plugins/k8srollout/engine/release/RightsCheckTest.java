package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.AccessRight;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import org.junit.Test;

/** Rights that only a rollback needs are missed before anything is changed, and not when it is too late. */
public class RightsCheckTest extends ReleaseRunFixture {
    private static final AccessRight REPLICA_SETS = new AccessRight("get", "apps", "replicasets", "shop");
    private static final AccessRight REVISIONS = new AccessRight("list", "apps", "controllerrevisions", "shop");
    private static final AccessRight PODS = new AccessRight("delete", "", "pods", "shop");
    private static final AccessRight LOGS = new AccessRight("get", "", "pods/log", "shop");
    private static final AccessRight HISTORY = new AccessRight("create", "", "secrets", "shop");
    private static final AccessRight WATCHED_HISTORY = new AccessRight("watch", "", "secrets", "shop");
    private static final AccessRight PAST_HISTORY = new AccessRight("delete", "", "secrets", "shop");
    private static final String STORE = """
            ---
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: store}
            spec:
              serviceName: store
              selector: {matchLabels: {app: store}}
              template:
                metadata: {labels: {app: store}}
                spec: {containers: [{name: store, image: "registry.example.com/shop/store:1"}]}
            """;

    @Test
    public void rightsForARollbackAreAskedForBeforehand() {
        cluster.denyRights(REPLICA_SETS, REVISIONS, PODS, LOGS);
        ReleaseRecord record = release(MANIFESTS + STORE);
        assertThat(record.problem().orElseThrow().kind(), equalTo(Problem.Kind.NOT_PERMITTED));
        assertThat(
                sentence(record),
                allOf(
                        containsString("get replicasets in namespace shop"),
                        containsString("list controllerrevisions in namespace shop"),
                        containsString("delete pods in namespace shop"),
                        containsString("get pods/log in namespace shop")));
        assertThat(changes(), empty());
    }

    @Test
    public void onlyTheKindsInThePlanCount() {
        cluster.denyRights(REVISIONS, PODS);
        assertThat(release(MANIFESTS).outcome(), equalTo(Outcome.HEALTHY));
    }

    @Test
    public void withoutRollbackTheyAreNotNeeded() {
        cluster.denyRights(REPLICA_SETS, LOGS);
        assertThat(run(builder(MANIFESTS).onFailure(OnFailure.LEAVE).build()).outcome(), equalTo(Outcome.HEALTHY));
        assertThat(run(builder(MANIFESTS).awaitHealthy(false).build()).outcome(), equalTo(Outcome.APPLIED));
    }

    @Test
    public void batchesNeedTheHistoryAndOtherStrategiesDoNot() {
        cluster.denyRights(HISTORY);
        assertThat(release(MANIFESTS).outcome(), equalTo(Outcome.HEALTHY));
        ReleaseRecord record =
                run(builder(MANIFESTS).strategy(Strategy.Batches.DEFAULT).build());
        assertThat(record.problem().orElseThrow().kind(), equalTo(Problem.Kind.NOT_PERMITTED));
        assertThat(sentence(record), containsString("create secrets in namespace shop"));
    }

    @Test
    public void batchesDoWithoutTheRightsThatOnlyMakeTheHistoryComfortable() {
        cluster.denyRights(WATCHED_HISTORY, PAST_HISTORY);
        assertThat(
                run(builder(MANIFESTS).strategy(Strategy.Batches.DEFAULT).build())
                        .outcome(),
                equalTo(Outcome.HEALTHY));
        assertThat(RequiredRights.toKeepHistory("shop"), hasItems(WATCHED_HISTORY, PAST_HISTORY));
    }

    @Test
    public void theRoleOfTheDoctorHasThem() {
        assertThat(RequiredRights.toRollOut("shop"), hasItems(REPLICA_SETS, REVISIONS, PODS, LOGS));
        assertThat(RequiredRights.toWait("shop"), not(hasItems(PODS)));
    }
}
