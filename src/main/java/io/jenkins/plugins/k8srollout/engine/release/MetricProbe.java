package io.jenkins.plugins.k8srollout.engine.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.engine.model.Analysis;
import io.jenkins.plugins.k8srollout.engine.model.HttpCheck;
import io.jenkins.plugins.k8srollout.engine.model.PrometheusCheck;
import io.jenkins.plugins.k8srollout.engine.release.WebQuestion.Answer;
import io.jenkins.plugins.k8srollout.engine.release.WebQuestion.UnansweredException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures one metric of an analysis. A Prometheus server is asked an instant query by its HTTP API
 * (https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries); a scalar and each element of a vector is
 * a value.
 */
final class MetricProbe {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_ANSWER = 4 * 1024 * 1024;
    private static final int LONGEST_WORDS = 200;
    private static final int SHOWN = 3;
    private static final int OK = 200;

    private final HttpProbe http = new HttpProbe();

    /** One measurement; blocks for at most ten seconds. */
    Measurement measure(Analysis.Metric metric) {
        if (metric instanceof HttpCheck check) {
            return http.attempt(check).map(Measurement::fails).orElseGet(() -> Measurement.holds("as expected"));
        }
        return ask((PrometheusCheck) metric);
    }

    // A server that cannot be asked says nothing about the release: it must be asked again, not the release undone.
    private static Measurement ask(PrometheusCheck check) {
        String base = check.server().toString().replaceAll("/+$", "");
        URI address =
                URI.create(base + "/api/v1/query?query=" + URLEncoder.encode(check.query(), StandardCharsets.UTF_8));
        try {
            return WebQuestion.ask(address, LONGEST_ANSWER, answer -> judge(check, answer));
        } catch (UnansweredException e) {
            return Measurement.unanswered("the Prometheus server: " + e.getMessage());
        }
    }

    private static Measurement judge(PrometheusCheck check, Answer answer) {
        JsonNode root;
        try {
            root = JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            return Measurement.unanswered(
                    "the Prometheus server: status " + answer.status() + " and no JSON, is the address right?");
        }
        if (answer.status() != OK || !root.path("status").asText().equals("success")) {
            String error = root.path("error").asText();
            return Measurement.unanswered("the Prometheus server: status " + answer.status() + " "
                    + error.substring(0, Math.min(LONGEST_WORDS, error.length())));
        }
        return judge(check, values(root.path("data")));
    }

    private static List<Double> values(JsonNode data) {
        List<Double> values = new ArrayList<>();
        if (data.path("resultType").asText().equals("scalar")) {
            add(values, data.path("result"));
        } else {
            data.path("result").forEach(element -> add(values, element.path("value")));
        }
        return values;
    }

    // NaN is what a ratio is as long as nothing was counted.
    private static void add(List<Double> values, JsonNode pair) {
        String text = pair.path(1).asText();
        double value =
                switch (text) {
                    case "+Inf" -> Double.POSITIVE_INFINITY;
                    case "-Inf" -> Double.NEGATIVE_INFINITY;
                    case "", "NaN" -> Double.NaN;
                    default -> Double.parseDouble(text);
                };
        if (!Double.isNaN(value)) {
            values.add(value);
        }
    }

    private static Measurement judge(PrometheusCheck check, List<Double> values) {
        if (values.isEmpty()) {
            return Measurement.noData("the query yields no value");
        }
        List<Double> wrong = values.stream().filter(v -> !check.holds(v)).toList();
        return wrong.isEmpty() ? Measurement.holds(shown(values)) : Measurement.fails(shown(wrong));
    }

    private static String shown(List<Double> values) {
        List<String> some =
                values.stream().limit(SHOWN).map(PrometheusCheck::number).toList();
        return "the value is " + String.join(", ", some) + (values.size() > SHOWN ? " …" : "");
    }
}
