package io.jenkins.plugins.k8srollout.engine.strategy;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.strategy.Suspensions.Standing;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Test;

public class SuspensionsTest {
    private static final String US = "kubernetes-rollout";
    private static final KubeObject BOOKED = FakeObjects.parse("""
            apiVersion: batch/v1
            kind: CronJob
            metadata:
              name: nightly
              namespace: shop
              resourceVersion: "7"
              annotations: {team: night}
              managedFields:
                - manager: kubectl-client-side-apply
                  operation: Update
                  apiVersion: batch/v1
                  time: "2026-01-01T00:00:00Z"
                  fieldsType: FieldsV1
                  fieldsV1: {"f:metadata": {"f:annotations": {".": {}, "f:team": {}}}, "f:spec": {"f:schedule": {}, "f:suspend": {}}}
            spec: {schedule: "0 3 * * *", suspend: false}
            """);
    // As the server books it after our patch.
    private static final KubeObject TAKEN = BOOKED.with(true, "spec", "suspend")
            .with(mark(Optional.of(false)), "metadata", "annotations", Suspension.ANNOTATION)
            .with(
                    List.of(
                            entry(
                                    "kubectl-client-side-apply",
                                    "Update",
                                    "{f:metadata: {f:annotations: {'.': {}, 'f:team': {}}}, f:spec: {f:schedule: {}}}"),
                            entry(
                                    US,
                                    "Update",
                                    "{f:metadata: {f:annotations: {'f:k8s-rollout.jenkins.io/suspended': {}}},"
                                            + " f:spec: {f:suspend: {}}}")),
                    "metadata",
                    "managedFields");

    private static Map<String, Object> entry(String manager, String operation, String fields) {
        return FakeObjects.parse("{manager: " + manager + ", operation: " + operation
                        + ", apiVersion: batch/v1, time: '2026-01-01T00:00:00Z', fieldsType: FieldsV1, fieldsV1: "
                        + fields.replaceAll("(f:[A-Za-z]+):", "'$1':") + "}")
                .fields();
    }

    private static String mark(Optional<Boolean> value) {
        return new Suspension(
                        "r1", value, false, Suspensions.begin(BOOKED, "r1").owners())
                .write();
    }

    // ---- which

    @Test
    public void aCronJobBelongsToAWorkloadByItsPodsOrByTheLabelThatNamesTheApplication() {
        Object[][] table = {
            {"{app: web}", "{}", "{app: web}", true},
            {"{app: web, tier: front}", "{}", "{app: web, tier: front, more: x}", true},
            {"{app: web, tier: front}", "{}", "{app: web, tier: cron}", true},
            {"{app: web}", "{app: web}", "{job: nightly}", true},
            {"{app: web}", "{}", "{app: shop}", false},
            {"{app: web}", "{}", "{}", false},
            {"{role: a}", "{role: a}", "{}", false},
            {"{role: a}", "{}", "{role: a}", true},
            {
                "{app.kubernetes.io/name: php, app.kubernetes.io/instance: shop}",
                "{}",
                "{app.kubernetes.io/name: cron, app.kubernetes.io/instance: shop}",
                true
            },
            {
                "{app.kubernetes.io/name: php, app.kubernetes.io/instance: shop}",
                "{}",
                "{app.kubernetes.io/name: php, app.kubernetes.io/instance: blog}",
                false
            },
            {"{app.kubernetes.io/name: php}", "{app.kubernetes.io/name: php}", "{}", true},
        };
        for (Object[] row : table) {
            KubeObject workload = FakeObjects.parse("""
                    {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop},
                     spec: {selector: {matchLabels: %s}}}""".formatted(row[0]));
            KubeObject cronJob = FakeObjects.parse("""
                    {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly, namespace: shop, labels: %s},
                     spec: {jobTemplate: {spec: {template: {metadata: {labels: %s}}}}}}""".formatted(row[1], row[2]));
            assertThat(List.of(row).toString(), Suspensions.belongs(cronJob, workload), equalTo(row[3]));
            assertThat(Suspensions.belongs(cronJob.with("other", "metadata", "namespace"), workload), equalTo(false));
        }
    }

    @Test
    public void aJobRunsUntilItHasEndedEitherWay() {
        KubeObject job = FakeObjects.parse("""
                {apiVersion: batch/v1, kind: Job, metadata: {name: j, namespace: shop, ownerReferences: [{uid: u1}]},
                 status: {active: 1}}""");
        assertThat(Suspensions.isRunning(job, "u1"), equalTo(true));
        assertThat(Suspensions.isRunning(job, "u2"), equalTo(false));
        assertThat(Suspensions.isRunning(job.with(true, "spec", "suspend"), "u1"), equalTo(false));
        for (String type : List.of("Complete", "Failed")) {
            KubeObject ended = job.with(List.of(Map.of("type", type, "status", "True")), "status", "conditions");
            assertThat(Suspensions.isRunning(ended, "u1"), equalTo(false));
        }
    }

    // ---- what is remembered

    @Test
    public void whatIsRememberedCanBeReadBack() {
        for (Optional<Boolean> value : List.of(Optional.of(true), Optional.of(false), Optional.<Boolean>empty())) {
            Suspension one = new Suspension(
                    "r1", value, true, Suspensions.begin(BOOKED, "r1").owners());
            assertThat(Suspension.read(one.write()), equalTo(Optional.of(one)));
        }
        assertThat(Suspension.read("nonsense"), equalTo(Optional.empty()));
        assertThat(Suspension.read("{}"), equalTo(Optional.empty()));
    }

    @Test
    public void aReleaseOnTopOfAnotherRemembersWhatWasThereBeforeBoth() {
        Suspension first = Suspensions.begin(BOOKED, "r1");
        Suspension second = Suspensions.begin(TAKEN, "r2");
        assertThat(second, equalTo(new Suspension("r2", first.suspend(), false, first.owners())));
    }

    @Test
    public void whatTheManifestSaysIsWhatStaysInTheEnd() {
        KubeObject silent = FakeObjects.parse("{apiVersion: batch/v1, kind: CronJob, spec: {schedule: x}}");
        KubeObject loud = silent.with(false, "spec", "suspend");
        Optional<Suspension> begun = Optional.of(Suspensions.begin(BOOKED.with(true, "spec", "suspend"), "r"));
        assertThat(Suspensions.applied(loud, begun, "r", US).suspend(), equalTo(Optional.of(false)));
        assertThat(Suspensions.applied(loud, begun, "r", US).stated(), equalTo(true));
        assertThat(Suspensions.applied(silent, begun, "r", US).suspend(), equalTo(Optional.of(true)));
        assertThat(Suspensions.applied(silent, Optional.empty(), "r", US).suspend(), equalTo(Optional.empty()));
        Optional<Suspension> ours = Optional.of(Suspensions.begin(
                BOOKED.with(US, "metadata", "managedFields", 0, "manager").with(true, "spec", "suspend"), "r"));
        assertThat(
                "an earlier manifest's",
                Suspensions.applied(silent, ours, "r", US).suspend(),
                equalTo(Optional.empty()));
    }

    // ---- what becomes of it

    @Test
    public void aCronJobShowsWhoHasDecidedAboutIt() {
        Suspension kept = Suspensions.begin(BOOKED, "r1");
        assertThat(Suspensions.standing(TAKEN, "r1", kept, US), equalTo(Standing.OURS));
        assertThat(Suspensions.standing(TAKEN, "r2", kept, US), equalTo(Standing.TAKEN));
        assertThat(Suspensions.standing(BOOKED, "r1", kept, US), equalTo(Standing.UNMARKED));
        assertThat(
                "the value is back, the mark is not",
                Suspensions.standing(TAKEN.with(false, "spec", "suspend"), "r1", kept, US),
                equalTo(Standing.RETURNED));
        assertThat(
                "somebody has removed the mark alone",
                Suspensions.standing(TAKEN.without("metadata", "annotations", Suspension.ANNOTATION), "r1", kept, US),
                equalTo(Standing.OURS));
        assertThat(
                "somebody wants it suspended, too",
                Suspensions.standing(TAKEN.with("argocd", "metadata", "managedFields", 1, "manager"), "r1", kept, US),
                equalTo(Standing.FOREIGN));
    }

    @Test
    public void theFieldReturnsToItsOwnerAndNothingStaysOurs() {
        Suspension kept = Suspensions.begin(BOOKED, "r1");
        KubeObject returned = TAKEN.with(false, "spec", "suspend");
        KubeObject patch = Suspensions.unmarked(returned, kept, true, US);
        assertThat(patch.text("metadata", "resourceVersion"), equalTo(Optional.of("7")));
        assertThat(patch.children("metadata", "managedFields"), equalTo(BOOKED.children("metadata", "managedFields")));
    }

    @Test
    public void anOwnerOfNothingElseGetsItsBookingAnew() {
        KubeObject alone = BOOKED.with(
                List.of(entry("kubectl-patch", "Update", "{f:spec: {f:suspend: {}}}")), "metadata", "managedFields");
        Suspension kept = Suspensions.begin(alone, "r1");
        KubeObject taken = TAKEN.with(
                List.of(TAKEN.children("metadata", "managedFields").get(1).fields()), "metadata", "managedFields");
        assertThat(
                Suspensions.unmarked(taken, kept, true, US).children("metadata", "managedFields"),
                equalTo(alone.children("metadata", "managedFields")));
    }

    @Test
    public void whatTheManifestStatesStaysBookedAsApplied() {
        KubeObject applied = TAKEN.with(
                List.of(entry(
                        US,
                        "Apply",
                        "{f:metadata: {f:annotations: {'.': {}, 'f:k8s-rollout.jenkins.io/suspended': {}}},"
                                + " f:spec: {f:suspend: {}, f:schedule: {}}}")),
                "metadata",
                "managedFields");
        Suspension stated = new Suspension("r1", Optional.of(false), true, List.of());
        KubeObject entry = Suspensions.unmarked(applied, stated, true, US)
                .children("metadata", "managedFields")
                .get(0);
        assertThat(entry.has("fieldsV1", "f:spec", "f:suspend"), equalTo(true));
        assertThat(entry.has("fieldsV1", "f:metadata"), equalTo(false));
        Suspension silent = new Suspension("r1", Optional.of(false), false, List.of());
        KubeObject other = Suspensions.unmarked(applied, silent, true, US)
                .children("metadata", "managedFields")
                .get(0);
        assertThat(other.has("fieldsV1", "f:spec", "f:suspend"), equalTo(false));
        assertThat(other.has("fieldsV1", "f:spec", "f:schedule"), equalTo(true));
    }
}
