package io.jenkins.plugins.k8srollout.engine.image.registry;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Sends single requests as they are. Thread-safe. */
interface Sender extends AutoCloseable {

    /**
     * Ends with the answer, whatever its status; or with a {@link TransientException} or a {@code ReleaseException}.
     *
     * @param authorization the header's value
     */
    CompletableFuture<Answer> send(Call call, Optional<String> authorization);

    /** Ends what is under way. */
    @Override
    void close();
}
