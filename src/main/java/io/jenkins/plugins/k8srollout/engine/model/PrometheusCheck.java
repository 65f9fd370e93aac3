package io.jenkins.plugins.k8srollout.engine.model;

import java.net.URI;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a Prometheus server must say of a release: every value that an instant query yields is on the right side of a
 * bound.
 *
 * @param server the server's address, before {@code /api/v1/query}
 * @param query in PromQL
 * @param comparison of the value, left, with the bound
 */
public record PrometheusCheck(URI server, String query, Comparison comparison, double bound)
        implements Analysis.Metric {
    private static final Pattern CONDITION =
            Pattern.compile("(?s)(.*\\S)\\s*(<=|>=|==|<|>)\\s*([-+]?[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?)\\s*");
    private static final String ATTEMPT = "read the query of an analysis";

    /** How a value is compared with its bound. */
    public enum Comparison {
        AT_MOST("<="),
        LESS("<"),
        AT_LEAST(">="),
        MORE(">"),
        EQUAL("==");

        private final String sign;

        Comparison(String sign) {
            this.sign = sign;
        }

        static Comparison of(String sign) {
            for (Comparison c : values()) {
                if (c.sign.equals(sign)) {
                    return c;
                }
            }
            throw new IllegalArgumentException(sign);
        }

        boolean holds(double value, double bound) {
            return switch (this) {
                case AT_MOST -> value <= bound;
                case LESS -> value < bound;
                case AT_LEAST -> value >= bound;
                case MORE -> value > bound;
                case EQUAL -> value == bound;
            };
        }
    }

    public PrometheusCheck {
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(query, "query");
        Objects.requireNonNull(comparison, "comparison");
    }

    /**
     * Parses what a user wrote.
     *
     * @param condition a query with a comparison at its end, as in {@code (sum(rate(errors_total[1m])) or vector(0)) <= 0.05}
     * @throws ReleaseException (refused input)
     */
    public static PrometheusCheck parse(String server, String condition) {
        Matcher parts = CONDITION.matcher(condition);
        if (!parts.matches()) {
            throw ReleaseException.refused(
                    ATTEMPT,
                    condition,
                    "it does not end with a comparison",
                    "Write the query, one of the signs and a number, for example"
                            + " (sum(rate(http_errors_total[1m])) or vector(0)) <= 0.05",
                    "<=",
                    "<",
                    ">=",
                    ">",
                    "==");
        }
        return new PrometheusCheck(
                WebAddress.parse(ATTEMPT, server),
                parts.group(1).strip(),
                Comparison.of(parts.group(2)),
                Double.parseDouble(parts.group(3)));
    }

    public boolean holds(double value) {
        return comparison.holds(value, bound);
    }

    /** The condition as {@link #parse} reads it. */
    public String condition() {
        return query + " " + comparison.sign + " " + number(bound);
    }

    @Override
    public String shown() {
        return condition();
    }

    /** Without the zeros that nobody wrote. */
    public static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.valueOf((long) value)
                : String.valueOf(value);
    }
}
