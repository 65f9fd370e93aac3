package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.health.HealthPolicy;
import io.jenkins.plugins.k8srollout.engine.model.HttpCheck;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.Test;

public class WaitRequestTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final WaitRequest.Target WEB =
            new WaitRequest.Target(new ObjectRef("apps/v1", "Deployment", "shop", "web"), 3);

    @Test
    public void everyFieldSurvivesEncoding() {
        WaitRequest request = WaitRequest.of("shop", List.of(WEB))
                .withTimeout(Duration.ofMinutes(3))
                .withStableFor(Duration.ofSeconds(20))
                .withHttp(HttpCheck.parse("https://shop.example.com/healthz?token=x", 204, "o.?k"))
                .withFailFast(false)
                .withLogLines(5)
                .withPolicy(HealthPolicy.DEFAULT.withRestarts(7).withReadiness(Duration.ofSeconds(9)))
                .startedAt(NOW);
        assertThat(WaitRequest.decode(request.encode()), equalTo(request));
    }

    @Test
    public void resumedWaitKeepsTheDeadline() {
        WaitRequest request = WaitRequest.of("shop", List.of(WEB)).startedAt(NOW);
        WaitRequest resumed = WaitRequest.decode(request.encode()).startedAt(NOW.plusSeconds(500));
        assertThat(resumed.deadline(), equalTo(Optional.of(NOW.plusSeconds(600))));
    }

    @Test
    public void textOfAnEarlierVersionTakesDefaults() {
        WaitRequest request = WaitRequest.decode("""
                {"namespace":"shop","targets":[{"apiVersion":"apps/v1","kind":"Deployment","namespace":"shop","name":"web","minGeneration":3}]}
                """);
        assertThat(request, equalTo(WaitRequest.of("shop", List.of(WEB))));
    }

    @Test
    public void brokenTextIsRefusedWithoutRepeatingIt() {
        ReleaseException e = assertThrows(ReleaseException.class, () -> WaitRequest.decode("{\"token\":\"s3cret\""));
        assertThat(e.getMessage(), not(containsString("s3cret")));
    }

    @Test
    public void stabilityLongerThanTheTimeoutIsRefused() {
        WaitRequest request = WaitRequest.of("shop", List.of(WEB));
        ReleaseException e = assertThrows(ReleaseException.class, () -> request.withStableFor(Duration.ofMinutes(10)));
        assertThat(e.getMessage(), containsString("stableFor"));
        assertThat(e.getMessage(), containsString("shorter than the time-out of 10 min 0 s"));
        assertThat(e.getMessage(), not(containsString("PT")));
    }

    @Test
    public void addressWithPasswordIsRefusedWithoutShowingIt() {
        ReleaseException e = assertThrows(
                ReleaseException.class, () -> HttpCheck.parse("https://user:s3cret@shop.example.com/", 200, ""));
        assertThat(e.getMessage(), not(containsString("s3cret")));
    }

    @Test
    public void addressThatIsNoWebAddressIsRefused() {
        for (String bad :
                List.of("shop.example.com", "file:///etc/passwd", "ftp://shop.example.com", "http://a b", "")) {
            assertThrows(bad, ReleaseException.class, () -> HttpCheck.parse(bad, 200, ""));
        }
        assertThrows(ReleaseException.class, () -> HttpCheck.parse("http://shop.example.com", 99, ""));
        assertThrows(ReleaseException.class, () -> HttpCheck.parse("http://shop.example.com", 200, "("));
    }

    @Test
    public void queryIsNeverShown() {
        HttpCheck check = HttpCheck.parse("https://shop.example.com/healthz?token=s3cret", 200, "");
        assertThat(check.toString(), equalTo("https://shop.example.com/healthz 200"));
    }
}
