package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.Applied.Change;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Revision;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Test;

public class ReleaseRecordTest {
    private static final ObjectRef WEB = new ObjectRef("apps/v1", "Deployment", "shop", "web");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final ReleaseRecord RECORD = new ReleaseRecord(
            "shop-1",
            "shop",
            "https://one.example.com",
            "release 7",
            START,
            START.plusMillis(1500),
            ReleaseRecord.Outcome.ROLLED_BACK,
            List.of(new ReleaseRecord.ObjectChange(WEB, Change.CHANGED)),
            List.of(new ReleaseRecord.ImageChange(WEB, "web", "a:1", "a:2")),
            List.of(new ReleaseRecord.VersionChange(WEB, "extensions/v1beta1", "apps/v1")),
            List.of(new Finding(Finding.Severity.WARNING, "some-rule", "a.yaml", 1, 2, "o", "m", "f")),
            Map.of(WEB, "0123"),
            Map.of(WEB, Health.of(Health.State.FAILED, "0 of 1")),
            Optional.of(new Health.Cause(Health.Weight.FATAL, "ImageNotFound", WEB, "web", "d", "r")),
            Optional.of(new Problem(Problem.Kind.TIMED_OUT, "a", "o", "r", "m", List.of("v"))),
            List.of(new ReleaseRecord.Stage("Plan", true, Duration.ofMillis(250))),
            List.of(new ReleaseRecord.Answer(START, "alice", ReleaseRecord.Decision.CONTINUE)),
            new ReleaseRecord.HistoryEntry("web", 7, "job shop #12", 5));

    @Test
    public void jsonIsReadBackAsItWasWritten() {
        assertThat(ReleaseRecord.fromJson(RECORD.toJson()), equalTo(RECORD));
    }

    @Test
    public void jsonHasTheWordsThatProgramsRelyOn() {
        assertThat(
                RECORD.toJson(),
                allOf(
                        containsString("\"outcome\" : \"rolled-back\""),
                        containsString("\"seconds\" : 1.5"),
                        containsString("\"change\" : \"changed\""),
                        containsString("\"answer\" : \"continue\",\n    \"by\" : \"alice\""),
                        containsString("\"sentence\" : \"Could not a: o: r. m. Valid: v.\"")));
    }

    @Test
    public void tokenIsReadBackAsItWasWritten() {
        WatchToken token = new WatchToken(
                WatchToken.Phase.ROLLBACK,
                WaitRequest.of("shop", List.of(new WaitRequest.Target(WEB, 3))).startedAt(START),
                Map.of(WEB, new Revision("ReplicaSet", "web-1", "1")),
                List.of(WEB),
                OnFailure.HOLD,
                RECORD);
        assertThat(WatchToken.decode(token.encode()), equalTo(token));
    }

    @Test
    public void otherTextIsRefusedAndNotQuoted() {
        for (String text : List.of("", "{", "{}", "[\"hush-hush\"]")) {
            ReleaseException e = assertThrows(ReleaseException.class, () -> WatchToken.decode(text));
            assertThat(e.getMessage(), not(containsString("hush-hush")));
            assertThrows(ReleaseException.class, () -> ReleaseRecord.fromJson(text));
        }
    }
}
