package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.model.PrometheusCheck;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.release.Measurement.Verdict;
import java.util.Map;
import org.junit.Rule;
import org.junit.Test;

public class MetricProbeTest {
    private static final String VECTOR =
            "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[%s]}}";

    @Rule
    public final MetricServer server = new MetricServer();

    private final MetricProbe probe = new MetricProbe();

    @Test
    public void everyElementOfAVectorMustHold() {
        server.answers("", VECTOR.formatted(sample("0.01") + "," + sample("0.2")));
        Measurement seen = measure("rate(errors[1m]) < 0.1");
        assertThat(seen, equalTo(Measurement.fails("the value is 0.2")));
        assertThat(measure("rate(errors[1m]) < 0.3"), equalTo(Measurement.holds("the value is 0.01, 0.2")));
        assertThat(server.asked().get(0), endsWith("/api/v1/query?query=rate%28errors%5B1m%5D%29"));
    }

    @Test
    public void aScalarIsAValueToo() {
        server.answers("", "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1.5,\"3\"]}}");
        assertThat(measure("scalar(up) == 3"), equalTo(Measurement.holds("the value is 3")));
    }

    @Test
    public void aRatioOfNothingIsNoData() {
        server.answers("", VECTOR.formatted(sample("NaN")));
        assertThat(measure("a / b <= 1").verdict(), equalTo(Verdict.NO_DATA));
        server.answers("", VECTOR.formatted(sample("+Inf")));
        assertThat(measure("a / b <= 1").verdict(), equalTo(Verdict.FAILS));
    }

    @Test
    public void aServerThatDoesNotAnswerSaysNothingAboutTheRelease() {
        server.answers("", 503, "{\"status\":\"error\",\"error\":\"query queue is full\"}");
        Measurement seen = measure("up >= 1");
        assertThat(seen.verdict(), equalTo(Verdict.UNANSWERED));
        assertThat(seen.detail(), containsString("status 503 query queue is full"));
        server.answers("", 200, "<html>a login page</html>");
        assertThat(measure("up >= 1").detail(), containsString("no JSON, is the address right?"));
    }

    @Test
    public void conditionsAreReadAsTheyAreWritten() {
        Map<String, String> same = Map.of(
                "up>=1", "up >= 1",
                "sum(rate(e[1m])) / sum(rate(r[1m])) <= 0.05", "sum(rate(e[1m])) / sum(rate(r[1m])) <= 0.05",
                "(sum(rate(e[1m])) or vector(0)) <= .5", "(sum(rate(e[1m])) or vector(0)) <= 0.5",
                "a > 2 < 5", "a > 2 < 5",
                "latency{quantile=\"0.9\"} < 2.5e3", "latency{quantile=\"0.9\"} < 2500",
                "delta(x[5m]) > -1", "delta(x[5m]) > -1");
        same.forEach((written, shown) ->
                assertThat(PrometheusCheck.parse(server.url(""), written).condition(), equalTo(shown)));
        for (String wrong : new String[] {"up", "up >= high", "up = 1", ">= 1", ""}) {
            ReleaseException refused =
                    assertThrows(wrong, ReleaseException.class, () -> PrometheusCheck.parse(server.url(""), wrong));
            assertThat(refused.problem().sentence(), containsString("does not end with a comparison"));
        }
    }

    private static String sample(String value) {
        return "{\"metric\":{\"pod\":\"web-1\"},\"value\":[1.5,\"" + value + "\"]}";
    }

    private Measurement measure(String condition) {
        return probe.measure(server.query("", condition));
    }
}
