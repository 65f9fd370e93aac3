package io.jenkins.plugins.k8srollout.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Runs the command line in this process and keeps what it wrote. */
final class CommandLineFixture {
    private final Lines out = new Lines();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment = new LinkedHashMap<>();

    CommandLineFixture with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Is called with each line of standard output, by the thread that writes it. */
    CommandLineFixture onLine(Consumer<String> listener) {
        out.listener = listener;
        return this;
    }

    /** @return the exit code */
    int run(String... arguments) {
        out.reset();
        err.reset();
        Console console = new Console(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                environment);
        return Main.run(console, arguments);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static final class Lines extends ByteArrayOutputStream {
        private Consumer<String> listener = line -> {};
        private int begin;

        @Override
        public synchronized void reset() {
            super.reset();
            begin = 0;
        }

        @Override
        public synchronized void write(byte[] bytes, int from, int length) {
            for (int i = from; i < from + length; i++) {
                write(bytes[i]);
            }
        }

        @Override
        public synchronized void write(int next) {
            super.write(next);
            if (next == '\n') {
                String line = new String(buf, begin, count - 1 - begin, StandardCharsets.UTF_8);
                begin = count;
                listener.accept(line);
            }
        }
    }
}
