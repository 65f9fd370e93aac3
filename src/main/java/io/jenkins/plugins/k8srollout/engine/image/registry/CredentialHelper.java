package io.jenkins.plugins.k8srollout.engine.image.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Asks a program that keeps credentials: {@code PROGRAM get}, the registry on standard input, JSON on standard output.
 *
 * @see <a href="https://github.com/docker/docker-credential-helpers#development">the helpers' protocol</a>
 */
final class CredentialHelper {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MOST_SECONDS = 30;
    private static final int MOST_BYTES = 64 << 10;
    private static final String NOTHING_KNOWN = "credentials not found";
    private static final String TOKEN_USER = "<token>";

    private final String prefix;

    /** @param prefix of the programs' names */
    CredentialHelper(String prefix) {
        this.prefix = prefix;
    }

    /**
     * Empty if the helper knows nothing of the server.
     *
     * @throws ReleaseException if the helper is missing or fails
     */
    Optional<RegistryCredentials> get(String helper, String server) {
        String program = prefix + helper;
        try {
            Process process = new ProcessBuilder(program, "get")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> output(process));
            ask(process, server);
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw failed(program, server, "it did not answer within " + MOST_SECONDS + " s");
            }
            return answer(program, server, process.exitValue(), output.join());
        } catch (IOException | CompletionException e) {
            throw failed(program, server, "there is no such program, or it cannot be run");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ReleaseException(new Problem(
                    Problem.Kind.INTERRUPTED, "ask the credential helper " + program, server, "the work was ended", ""));
        }
    }

    private static void ask(Process process, String server) {
        try (OutputStream input = process.getOutputStream()) {
            input.write(server.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // it ended without reading: its exit status tells more
            return;
        }
    }

    private static String output(Process process) {
        try {
            return new String(process.getInputStream().readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the helper's output broke off", e);
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
            return JSON.readTree(output);
        } catch (JsonProcessingException e) {
            throw failed(program, server, "it printed no JSON");
        }
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
