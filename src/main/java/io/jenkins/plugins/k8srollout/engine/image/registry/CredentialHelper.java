package io.jenkins.plugins.k8srollout.engine.image.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Asks a program that keeps credentials: {@code PROGRAM get}, the registry on standard input, JSON on standard output.
 *
 * @see <a href="https://github.com/docker/docker-credential-helpers#development">the helpers' protocol</a>
 */
final class CredentialHelper {
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int MOST_BYTES = 64 << 10;
    private static final String NOTHING_KNOWN = "credentials not found";
    private static final String TOKEN_USER = "<token>";

    private final String prefix;
    private final Scheduler scheduler;

    /** @param prefix of the programs' names */
    CredentialHelper(String prefix, Scheduler scheduler) {
        this.prefix = prefix;
        this.scheduler = scheduler;
    }

    /**
     * Empty if the helper knows nothing of the server.
     *
     * @throws ReleaseException if the helper is missing or fails
     */
    Optional<RegistryCredentials> get(String helper, String server) {
        String program = prefix + helper;
        AtomicBoolean late = new AtomicBoolean();
        try {
            Process process = new ProcessBuilder(program, "get")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Scheduler.Cancellable limit = scheduler.after(LONGEST, () -> {
                late.set(true);
                end(process);
            });
            try {
                ask(process, server);
                String output = new String(process.getInputStream().readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
                int exit = process.waitFor();
                if (late.get()) {
                    throw late(program, server);
                }
                return answer(program, server, exit, output);
            } finally {
                limit.cancel();
            }
        } catch (IOException e) {
            if (late.get()) { // ending a process closes its streams under whoever reads them
                throw late(program, server);
            }
            throw failed(program, server, "there is no such program, or it cannot be run");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ReleaseException(new Problem(
                    Problem.Kind.INTERRUPTED,
                    "ask the credential helper " + program,
                    server,
                    "the work was ended",
                    ""));
        }
    }

    /** With the programs that it has started: they hold its output open, and the reader would go on waiting. */
    private static void end(Process process) {
        List<ProcessHandle> started = process.descendants().toList();
        process.destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
    }

    private static void ask(Process process, String server) {
        try (OutputStream input = process.getOutputStream()) {
            input.write(server.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // it ended without reading: its exit status tells more
            return;
        }
    }

    private static Optional<RegistryCredentials> answer(String program, String server, int exit, String output) {
        if (exit != 0) {
            if (output.contains(NOTHING_KNOWN)) {
                return Optional.empty();
            }
            throw failed(program, server, "it ended with status " + exit);
        }
        JsonNode answer = tree(program, server, output);
        String user = answer.path("Username").asText("");
        String secret = answer.path("Secret").asText("");
        if (secret.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                user.equals(TOKEN_USER)
                        ? RegistryCredentials.identityToken(secret)
                        : RegistryCredentials.password(user, secret));
    }

    private static JsonNode tree(String program, String server, String output) {
        try {
            return new ObjectMapper().readTree(output);
        } catch (JsonProcessingException e) {
            throw failed(program, server, "it printed no JSON");
        }
    }

    private static ReleaseException late(String program, String server) {
        return failed(program, server, "it did not answer within " + LONGEST.toSeconds() + " s");
    }

    // What it printed is not repeated, nor is the cause kept: either may hold the secret.
    private static ReleaseException failed(String program, String server, String reason) {
        return new ReleaseException(new Problem(
                Problem.Kind.FAILED,
                "ask the credential helper " + program,
                server,
                reason,
                "Install the helper, or take it out of Docker's configuration and log in anew"));
    }
}
