package io.jenkins.plugins.k8srollout.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where a command reads and writes. Results go to standard output; with JSON nothing else does, so that it can be
 * piped on.
 *
 * @param in standard input, for passwords
 * @param out results, and progress if the result is text
 * @param err failures, and progress if the result is JSON
 * @param terminal whether a person watches {@code out}
 * @param environment as of the process
 */
record Console(InputStream in, PrintStream out, PrintStream err, boolean terminal, Map<String, String> environment) {
    private static final int NARROW = 80;

    static Console ofProcess() {
        boolean terminal = System.console() != null && !"dumb".equals(System.getenv("TERM"));
        return new Console(System.in, utf8(System.out), utf8(System.err), terminal, System.getenv());
    }

    // JSON is UTF-8 whatever the locale, and manifests may hold any text; agents often run without a locale.
    private static PrintStream utf8(PrintStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }

    /** Takes the engine's events for the format of this call. */
    ProgressSink sink(OutputFormat format) {
        if (format == OutputFormat.JSON) {
            return new PlainProgress(err);
        }
        return terminal ? new LiveProgress(out, columns()) : new PlainProgress(out);
    }

    // Shells keep the width in COLUMNS; a terminal is hardly ever narrower than the default.
    private int columns() {
        try {
            return Integer.parseInt(variable("COLUMNS", ""));
        } catch (NumberFormatException e) {
            return NARROW;
        }
    }

    void json(Object value) {
        ObjectWriter json =
                new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writer();
        try {
            out.println(json.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a result of our own cannot be written as JSON", e);
        }
    }

    void failure(Problem problem) {
        err.println(problem.sentence());
    }

    String variable(String name, String fallback) {
        String value = environment.get(name);
        return value == null || value.isEmpty() ? fallback : value;
    }
}
