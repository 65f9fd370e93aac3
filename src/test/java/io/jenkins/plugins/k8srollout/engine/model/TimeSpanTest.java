package io.jenkins.plugins.k8srollout.engine.model;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.Assert.assertThrows;

import java.time.Duration;
import java.util.List;
import org.junit.Test;

public class TimeSpanTest {
    @Test
    public void readsWhatPeopleWrite() {
        assertThat(TimeSpan.parse("timeout", "90s"), equalTo(Duration.ofSeconds(90)));
        assertThat(TimeSpan.parse("timeout", "10m"), equalTo(Duration.ofMinutes(10)));
        assertThat(TimeSpan.parse("timeout", "1h 30m"), equalTo(Duration.ofMinutes(90)));
        assertThat(TimeSpan.parse("timeout", "500ms"), equalTo(Duration.ofMillis(500)));
        assertThat(TimeSpan.parse("timeout", "2d"), equalTo(Duration.ofDays(2)));
        assertThat(TimeSpan.parse("timeout", "45"), equalTo(Duration.ofSeconds(45)));
    }

    @Test
    public void refusesTheRestByName() {
        for (String text : List.of("", "soon", "-5s", "5 parsecs", "1m1h", "1.5h")) {
            ReleaseException refusal =
                    assertThrows(text, ReleaseException.class, () -> TimeSpan.parse("timeout", text));
            assertThat(refusal.getMessage(), containsString("read timeout"));
            assertThat(refusal.problem().kind(), equalTo(Problem.Kind.REFUSED_INPUT));
        }
    }
}
