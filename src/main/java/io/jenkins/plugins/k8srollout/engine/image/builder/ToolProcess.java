package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs the program of an external builder, without a shell. What it prints becomes events, line by line. Interrupting
 * the calling thread ends the program.
 */
final class ToolProcess {
    private static final int LAST_LINES = 5;
    private static final int PROBE_SECONDS = 20;

    private final Path folder;
    private final Map<String, String> environment;
    private final ProgressSink sink;

    /**
     * @param environment besides that of this process
     */
    ToolProcess(Path folder, Map<String, String> environment, ProgressSink sink) {
        this.folder = folder;
        this.environment = Map.copyOf(environment);
        this.sink = sink;
    }

    /** Whether a program can be started and ends well: its version or state is asked for. */
    static boolean works(List<String> command, Map<String, String> environment) {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            boolean ended = process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            return ended && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * @param attempted for the message if it fails
     * @throws ReleaseException with the last lines that it printed
     */
    void run(String attempted, List<String> command) {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Deque<String> last = new ArrayDeque<>();
        Process process = null;
        try {
            process = builder.start();
            process.getOutputStream().close();
            forward(process, last);
            int status = process.waitFor();
            if (status != 0) {
                throw failed(attempted, command, "it ended with status " + status + ": " + String.join(" | ", last));
            }
        } catch (IOException e) {
            throw failed(attempted, command, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ReleaseException(
                    new Problem(Problem.Kind.INTERRUPTED, attempted, command.get(0), "the build was interrupted", ""),
                    e);
        } finally {
            if (process != null) {
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroy();
            }
        }
    }

    private void forward(Process process, Deque<String> last) throws IOException, InterruptedException {
        // Reading cannot be interrupted, so it happens elsewhere and this thread waits for the process.
        Thread reader = new Thread(() -> read(process, last), "builder output");
        reader.setDaemon(true);
        reader.start();
        process.waitFor();
        reader.join();
    }

    private void read(Process process, Deque<String> last) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                sink.accept(new ProgressEvent.BuilderOutput(line));
                last.addLast(line);
                if (last.size() > LAST_LINES) {
                    last.removeFirst();
                }
            }
        } catch (IOException e) {
            sink.accept(new ProgressEvent.BuilderOutput("(output lost: " + e.getMessage() + ")"));
        }
    }

    private static ReleaseException failed(String attempted, List<String> command, String reason) {
        return new ReleaseException(new Problem(
                Problem.Kind.FAILED,
                attempted,
                command.get(0),
                reason,
                "Read the builder's output above; the same command can be tried on the agent"));
    }
}
