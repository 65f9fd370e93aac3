package io.jenkins.plugins.k8srollout.engine.model;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import java.time.Duration;
import java.util.List;
import org.junit.Test;

public class DurationTextTest {
    @Test
    public void readsWhatPeopleWrite() {
        assertThat(DurationText.parse("timeout", "90"), is(Duration.ofSeconds(90)));
        assertThat(DurationText.parse("timeout", "90s"), is(Duration.ofSeconds(90)));
        assertThat(DurationText.parse("timeout", "10m"), is(Duration.ofMinutes(10)));
        assertThat(DurationText.parse("timeout", " 1h 30m "), is(Duration.ofMinutes(90)));
        assertThat(DurationText.parse("timeout", "2d1s"), is(Duration.ofDays(2).plusSeconds(1)));
        assertThat(DurationText.parse("timeout", "0"), is(Duration.ZERO));
    }

    @Test
    public void refusesTheRestNamingTheParameter() {
        for (String text : List.of("", "soon", "-5m", "5 minutes", "1.5h", "m", "10m5h")) {
            ReleaseException refused =
                    assertThrows(text, ReleaseException.class, () -> DurationText.parse("stableFor", text));
            assertThat(refused.getMessage(), containsString("read stableFor"));
        }
    }
}
