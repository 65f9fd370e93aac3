package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.model.Analysis;
import io.jenkins.plugins.k8srollout.engine.model.HttpCheck;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Canary;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Pause;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

public class CanaryReleaseTest extends ReleaseRunFixture {
    private static final String TEN = MANIFESTS.replace("replicas: 1", "replicas: 10");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Rule
    public final MetricServer server = new MetricServer();

    private FakeReplicas controller;

    @Before
    public void playReplicas() {
        cluster.removeWhatIsLeftOut();
        controller = new FakeReplicas(cluster);
        assertThat(release(TEN).outcome(), equalTo(Outcome.HEALTHY));
        controller.history().clear();
    }

    @Test
    public void eachStepBringsItsPartOfThePodsAndLastsForTheInterval() {
        start(request(canary(MINUTE, Optional.empty())));
        assertThat(controller.history(), equalTo(List.of("1/11", "1/10")));
        scheduler.advance(MINUTE);
        assertThat(controller.history().subList(2, 4), equalTo(List.of("5/14", "5/10")));
        scheduler.advance(MINUTE);
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(controller.history().get(controller.history().size() - 1), equalTo("10/10"));
        assertThat(Hold.of(live()).isPresent(), equalTo(false));
    }

    @Test
    public void aWorkloadOfOnePodHasNoCanaryWhichIsTold() {
        release(MANIFESTS);
        run(builder(MANIFESTS.replace("web:1", "web:2"))
                .strategy(Canary.DEFAULT)
                .build());
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(sink.lines(), hasItem(containsString("has too few pods for a canary")));
    }

    @Test
    public void theAnalysisMustHoldBeforeTheNextStepAndOnlyBetweenSteps() throws IOException {
        server.answers("/query", "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}");
        start(request(canary(Duration.ZERO, Optional.of(query(0)))));
        scheduler.advance(MINUTE);
        assertThat("no value is no answer", controller.history(), equalTo(List.of("1/11", "1/10")));
        server.answers("/query", value("0.01"));
        scheduler.advance(Duration.ofSeconds(10));
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(
                sink.lines(),
                hasItem(containsString("Analysis, sum(rate(errors[1m])) <= 0.05: the query yields no value")));
        assertThat(sink.lines(), hasItem(containsString("Analysis, sum(rate(errors[1m])) <= 0.05: the value is 0.01")));
    }

    @Test
    public void aMeasurementThatFailsTooOftenEndsTheReleaseAsAsked() {
        server.answers("/query", value("0.5"));
        start(request(canary(MINUTE, Optional.of(query(1)))));
        assertThat("one may fail", records, equalTo(List.of(records.get(0))));
        scheduler.advance(Duration.ofSeconds(10));
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(
                sentence(last()),
                allOf(
                        containsString("sum(rate(errors[1m])) <= 0.05"),
                        containsString("2 measurements have failed, and 1 may: the value is 0.5")));
        assertThat(
                live().text("spec", "template", "spec", "containers", 0, "image")
                        .orElseThrow(),
                containsString(":1"));
    }

    @Test
    public void anHttpCheckOfTheAnalysisFailsTheStepAtOnce() {
        server.answers("/health", 500, "down");
        Analysis http = new Analysis(
                Analysis.DEFAULT_EVERY, 0, Analysis.ANY, List.of(HttpCheck.parse(server.url("/health"), 200, "")));
        run(request(canary(MINUTE, Optional.of(http))));
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(sentence(last()), containsString("status 500 instead of 200"));
    }

    @Test
    public void aRestartThatTheAnalysisForbidsEndsTheRelease() {
        start(request(canary(MINUTE, Optional.of(new Analysis(MINUTE, 0, 0, List.of())))));
        controller.restart();
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(sentence(last()), containsString("restarted 1 times in all, and 0 times is allowed"));
    }

    @Test
    public void theStepsAndTheAnalysisSurviveARestart() {
        server.answers("/query", value("0.01"));
        start(request(canary(MINUTE, Optional.of(query(0))))).cancel();
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.CANCELLED));
        WatchToken kept = WatchToken.decode(token().encode());
        assertThat(kept.batches(), equalTo(token().batches()));
        server.answers("/query", value("7"));
        ReleaseRun.continueFrom(kept, tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(sentence(last()), containsString("the value is 7"));
    }

    @Test
    public void aPauseComesAfterTheAnalysis() {
        server.answers("/query", value("0.01"));
        Canary pausing = new Canary(List.of(20), Pause.FIRST, Duration.ZERO, Duration.ZERO, Optional.of(query(0)));
        run(request(pausing));
        assertThat(last().outcome(), equalTo(Outcome.PAUSED));
        assertThat(controller.history(), equalTo(List.of("2/12", "2/10")));
        assertThat(sink.lines(), hasItem(containsString("the value is 0.01")));
    }

    @Test
    public void aQueryThatTheServerRefusesChangesNothing() {
        int changes = changes().size();
        server.answers("/query", 400, "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error\"}");
        run(request(canary(MINUTE, Optional.of(query(0)))));
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(sentence(last()), allOf(containsString("parse error"), containsString("Nothing was changed")));
        assertThat(changes().subList(changes, changes().size()), empty());
    }

    @Test
    public void stepsThatDoNotGrowAreRefused() {
        for (List<Integer> steps : List.of(List.<Integer>of(), List.of(0), List.of(50, 50), List.of(50, 101))) {
            ReleaseException refused = assertThrows(
                    ReleaseException.class,
                    () -> new Canary(steps, Pause.NONE, MINUTE, Duration.ZERO, Optional.empty()));
            assertThat(refused.problem().sentence(), containsString("percentages that grow"));
        }
    }

    private Canary canary(Duration interval, Optional<Analysis> analysis) {
        return new Canary(List.of(10, 50), Pause.NONE, interval, Duration.ZERO, analysis);
    }

    private Analysis query(int failureLimit) {
        return new Analysis(
                Analysis.DEFAULT_EVERY,
                failureLimit,
                Analysis.ANY,
                List.of(server.query("/query", "sum(rate(errors[1m])) <= 0.05")));
    }

    private static String value(String value) {
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1,\""
                + value + "\"]}]}}";
    }

    private static ReleaseRequest request(Strategy strategy) {
        return builder(TEN.replace("/web:1", "/web:2")).strategy(strategy).build();
    }
}
