package io.jenkins.plugins.k8srollout.run;

import static io.jenkins.plugins.k8srollout.run.InMemoryCluster.release;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.k8srollout.config.KubernetesRolloutConfiguration;
import io.jenkins.plugins.k8srollout.engine.event.ReleaseSummary.State;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.htmlunit.Page;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.Test;
import org.jvnet.hudson.test.TestExtension;

/** Releases that no step leads, when the ways to their cluster, their builds and other releases are not as they were. */
public class BackgroundReleaseTest extends AnsweringFixture {
    private static final String LIMITED = "strategy: batches(count: 2, pause: 'first', pauseTimeout: '%s')";

    @TestExtension
    public static final class Connector extends InMemoryCluster.Connector {}

    // ---- the cluster cannot be had when Jenkins starts

    @Test
    public void aPauseIsStoodByOnceTheClusterCanBeHad() throws Throwable {
        inJenkins(rule -> {
            releaseTheFirst();
            jenkins.buildAndAssertSuccess(
                    pipeline("second", release("2", LIMITED.formatted("15s") + ", paused: 'return'")));
            forgetCluster();
        });
        inJenkins(rule -> {
            Run<?, ?> build = build("second");
            ReleaseEntry entry = entries(build).get(0);
            assertThat(BackgroundReleases.get().leads(entry), is(true));
            assertThat(build.getAction(ReleaseAction.class).stateOf(entry), is(State.PAUSED));
            assertThat(page("alice", build).asNormalizedText(), containsString("Jenkins tries again in "));

            cluster.configure();

            BackgroundReleases.get().whenNobodyIsLed().get(1, TimeUnit.MINUTES);
            assertThat(entry.outcome(), is("rolled-back"));
            assertThat(cluster.image(), containsString("web:1"));
        });
    }

    @Test
    public void whatWasUnderWayIsGoneOnWithOnceTheClusterCanBeHad() throws Throwable {
        inJenkins(rule -> {
            releaseTheFirst();
            String slow = "strategy: batches(sizes: '1,2,1', pause: 'first', interval: '15s'), paused: 'return'";
            WorkflowRun build = jenkins.buildAndAssertSuccess(pipeline("second", release("2", slow)));
            ReleaseEntry entry = entries(build).get(0);
            assertThat(post("alice", build, "continue", entry), is(200));
            forgetCluster();
        });
        inJenkins(rule -> {
            ReleaseEntry entry = entries(build("second")).get(0);
            assertThat(entry.isPaused(), is(false));
            assertThat(entry.token(), not(""));
            assertThat(BackgroundReleases.get().leads(entry), is(true));

            cluster.configure();

            BackgroundReleases.get().whenNobodyIsLed().get(1, TimeUnit.MINUTES);
            assertThat(entry.getSummary().getReason(), is(""));
            assertThat(entry.outcome(), is("healthy"));
            assertThat(cluster.image(), containsString("web:2"));
        });
    }

    @Test
    public void anAnswerIsAReasonToTryAtOnceAlsoWhileTheBuildRuns() throws Throwable {
        inJenkins(rule -> {
            releaseTheFirst();
            WorkflowRun build = pipeline("second", release("2", RETURNING) + "sleep time: 1, unit: 'HOURS'")
                    .scheduleBuild2(0)
                    .waitForStart();
            jenkins.waitForMessage("Sleeping for", build);
            forgetCluster();
        });
        inJenkins(rule -> {
            WorkflowRun build = (WorkflowRun) build("second");
            ReleaseEntry entry = entries(build).get(0);
            Page refused = send("alice", build, "continue", entry);
            assertThat(refused.getWebResponse().getStatusCode(), is(400));
            assertThat(
                    refused.getWebResponse().getContentAsString(), containsString("none of that name is configured"));

            cluster.configure();
            assertThat(build.isBuilding(), is(true));
            assertThat(post("alice", build, "continue", entry), is(200));

            BackgroundReleases.get().whenNobodyIsLed().get(1, TimeUnit.MINUTES);
            assertThat(entry.outcome(), is("healthy"));
            build.doStop();
            jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(build));
        });
    }

    private static void forgetCluster() {
        KubernetesRolloutConfiguration.get().setClusters(List.of());
    }

    // ---- k8sContinue

    @Test
    public void theNextPauseIsStoodByWhoeverHasBegunTheRelease() throws Throwable {
        inJenkins(rule -> {
            releaseTheFirst();
            String every = "strategy: batches(count: 4, pause: 'every')";
            WorkflowRun build =
                    pipeline("second", release("2", every)).scheduleBuild2(0).waitForStart();
            jenkins.waitForMessage("keeps its executor meanwhile", build);
            build.getExecutor().interrupt();
            jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(build));

            WorkflowRun other = jenkins.buildAndAssertSuccess(
                    pipeline("other", "echo \"then ${k8sContinue(history: 'web').outcome}\""));

            jenkins.assertLogContains("then paused", other);
            ReleaseEntry entry = entries(other).get(0);
            assertThat(entry.isPaused(), is(true));
            assertThat(BackgroundReleases.get().leads(entry), is(true));
            ReleaseLead lead = lead(entry);
            assertThat(post("alice", other, "rollback", entry), is(200));
            lead.settled().get(1, TimeUnit.MINUTES);
            assertThat(entry.outcome(), is("rolled-back"));
        });
    }

    // ---- jobs

    @Test
    public void whatIsToldAfterARenameIsKept() throws Throwable {
        inJenkins(rule -> {
            releaseTheFirst();
            FreeStyleProject job = freestyle();
            Run<?, ?> build = jenkins.buildAndAssertSuccess(job);
            ReleaseEntry entry = entries(build).get(0);
            ReleaseLead lead = lead(entry);

            job.renameTo("renamed");

            assertThat(post("alice", build, "continue", entry), is(200));
            lead.settled().get(1, TimeUnit.MINUTES);
            assertThat(LaterLog.read(build), containsString("alice lets the release go on"));
        });
    }

    @Test
    public void aDeletedJobTakesItsReleaseOutOfOurHands() throws Throwable {
        inJenkins(rule -> {
            releaseTheFirst();
            WorkflowRun build = jenkins.buildAndAssertSuccess(pipeline("second", release("2", RETURNING)));
            ReleaseEntry entry = entries(build).get(0);
            ReleaseLead lead = lead(entry);

            build.getParent().delete();

            lead.settled().get(1, TimeUnit.MINUTES);
            assertThat(BackgroundReleases.get().leads(entry), is(false));
            assertThat("nothing brings the build back", build.getRootDir().exists(), is(false));
            assertThat("the cluster keeps it as it is", cluster.history(), is(List.of("4/4", "2/4")));
        });
    }

    // ---- returning

    @Test
    public void anotherReleaseOfTheSameNumberIsNotReturnedTo() throws Throwable {
        inJenkins(rule -> {
            releaseTheFirst();
            cluster.fake().list(InMemoryCluster.SECRETS).forEach(s -> cluster.fake()
                    .remove(s.ref()));
            jenkins.buildAndAssertSuccess(pipeline("made-again", release("5", "")));
            jenkins.buildAndAssertSuccess(pipeline("second", release("6", "")));
            Run<?, ?> first = build("first");

            assertThat(post("alice", first, "returnTo", entries(first).get(0)), is(200));

            BackgroundReleases.get().whenNobodyIsLed().get(1, TimeUnit.MINUTES);
            String reason = entries(first).get(1).getSummary().getReason();
            assertThat(reason, containsString("the cluster keeps another release 1 of web"));
            assertThat(cluster.image(), containsString("web:6"));
        });
    }

    @Test
    public void aReleaseOfAnotherClusterIsNotReturnedTo() throws Throwable {
        inJenkins(rule -> {
            releaseTheFirst();
            jenkins.buildAndAssertSuccess(pipeline("second", release("2", "")));
            Run<?, ?> first = build("first");

            cluster.fake().moveTo("https://other.example.com:6443");
            assertThat(post("alice", first, "returnTo", entries(first).get(0)), is(200));

            BackgroundReleases.get().whenNobodyIsLed().get(1, TimeUnit.MINUTES);
            String reason = entries(first).get(1).getSummary().getReason();
            assertThat(reason, containsString("it was released to https://fake.example.com:6443"));
            assertThat(cluster.image(), containsString("web:2"));
        });
    }

    @Test
    public void whileOneReturnsNoOtherDoesInTheSamePlace() throws Throwable {
        inJenkins(rule -> {
            releaseTheFirst();
            KubeObject there = FakeObjects.parse("{apiVersion: v1, kind: Namespace, metadata: {name: there}}");
            cluster.fake().put(there);
            Run<?, ?> second = jenkins.buildAndAssertSuccess(
                    pipeline("second", release("2", "") + release("2", "namespace: 'there'")));
            jenkins.buildAndAssertSuccess(pipeline("third", release("3", "") + release("3", "namespace: 'there'")));
            Run<?, ?> first = build("first");
            CountDownLatch slow = new CountDownLatch(1);
            cluster.fake().react("ConfigMap", changed -> await(slow));
            try {
                assertThat(post("alice", first, "returnTo", entries(first).get(0)), is(200));

                Page refused = send("alice", second, "returnTo", entries(second).get(0));
                assertThat(refused.getWebResponse().getStatusCode(), is(400));
                assertThat(
                        refused.getWebResponse().getContentAsString(),
                        containsString("first #1 returns to another release of web in namespace shop"));
                assertThat(entries(second), hasSize(2));

                assertThat(post("alice", second, "returnTo", entries(second).get(1)), is(200));
                assertThat("another namespace is another place", entries(second), hasSize(3));
            } finally {
                slow.countDown();
            }
            BackgroundReleases.get().whenNobodyIsLed().get(1, TimeUnit.MINUTES);
            assertThat(entries(first).get(1).outcome(), is("healthy"));
            assertThat(entries(second).get(2).outcome(), is("healthy"));
            assertThat(cluster.image(), containsString("web:1"));
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
