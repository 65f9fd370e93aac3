package io.jenkins.plugins.k8srollout.engine.event;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasSize;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.Retrying;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.Test;

public class CalmSinkTest {
    private final CapturingSink told = new CapturingSink();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final CalmSink sink = new CalmSink(told, () -> now);

    @Test
    public void longOutageIsToldOfLessAndLessOften() {
        Instant start = now;
        List<Long> seconds = new ArrayList<>();
        for (int second = 0; second <= 120; second++) {
            int before = told.of(Retrying.class).size();
            retry();
            if (told.of(Retrying.class).size() > before) {
                seconds.add(Duration.between(start, now).toSeconds());
            }
            now = now.plusSeconds(1);
        }
        assertThat(seconds, contains(0L, 4L, 12L, 28L, 58L, 88L, 118L));
    }

    @Test
    public void nextOutageIsToldOfAtOnce() {
        retry();
        now = now.plusSeconds(1);
        retry();
        now = now.plusSeconds(90);
        retry();
        assertThat(told.of(Retrying.class), hasSize(2));
    }

    @Test
    public void everythingElsePasses() {
        for (int i = 0; i < 3; i++) {
            sink.accept(new ProgressEvent.Notice(Severity.INFO, "something"));
        }
        assertThat(told.of(ProgressEvent.Notice.class), hasSize(3));
    }

    private void retry() {
        sink.accept(new Retrying("push", "connection refused", Duration.ofSeconds(1)));
    }
}
