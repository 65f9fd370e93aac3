package io.jenkins.plugins.k8srollout.run;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.jenkins.plugins.k8srollout.engine.event.ReleaseSummary.State;
import io.jenkins.plugins.k8srollout.run.ReleaseChart.Bar;
import io.jenkins.plugins.k8srollout.run.ReleaseChart.Tick;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.Test;

public class ReleaseChartTest {
    @Test
    public void withoutReleasesThereIsNothingToShow() {
        assertThat(chart().isShown(), is(false));
    }

    @Test
    public void theScaleEndsAboveTheLongest() {
        assertThat(ticks(chart(Duration.ofMillis(400))), is(List.of("1 s")));
        assertThat(ticks(chart(Duration.ofSeconds(10))), is(List.of("1 s", "10 s")));
        assertThat(ticks(chart(Duration.ofMinutes(3))), is(List.of("1 s", "10 s", "1 min", "10 min")));
        assertThat(ticks(chart(Duration.ofDays(300))).get(7), is("40 d"));
    }

    @Test
    public void aBarEndsAtTheLineOfItsTime() {
        ReleaseChart chart = chart(Duration.ofSeconds(10), Duration.ofMinutes(10));

        Tick ten = chart.getTicks().get(1);
        assertThat(number(chart.getBars().get(0).getY()), is(closeTo(number(ten.getY()), 0.11)));
        assertThat(chart.getBars().get(1).getY(), is("10.0"));
    }

    @Test
    public void allBarsStandOnTheGroundInsideTheDrawing() {
        Duration[] times = IntStream.range(0, 60)
                .mapToObj(i -> Duration.ofMillis((long) Math.pow(1.5, i)))
                .toArray(Duration[]::new);

        List<Bar> bars = chart(times).getBars();

        assertThat("the newest", bars, hasSize(40));
        double before = 0;
        double tallest = 0;
        for (Bar bar : bars) {
            assertThat(number(bar.getX()), greaterThan(before));
            before = number(bar.getX()) + number(bar.getWidth());
            assertThat(number(bar.getY()), greaterThanOrEqualTo(0.0));
            assertThat(number(bar.getHeight()), greaterThanOrEqualTo(3.0));
            assertThat(number(bar.getHeight()), greaterThanOrEqualTo(tallest));
            tallest = number(bar.getHeight());
        }
        assertThat(before, lessThanOrEqualTo((double) ReleaseChart.WIDTH));
        assertThat(
                "names stand apart",
                bars.stream().filter(b -> !b.getLabel().isEmpty()).toList(),
                hasSize(14));
        assertThat(bars.get(39).getLabel(), is("#1"));
    }

    private static ReleaseChart chart(Duration... times) {
        return new ReleaseChart(List.of(times).stream()
                .map(t -> new ReleaseChart.Item(State.SUCCESS, t, "#1", "job/a/1/", "text"))
                .toList());
    }

    private static List<String> ticks(ReleaseChart chart) {
        return chart.getTicks().stream().map(Tick::getText).toList();
    }

    private static double number(String text) {
        return Double.parseDouble(text);
    }
}
