package io.jenkins.plugins.k8srollout.engine.image.registry;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Says who asks. Thread-safe. */
interface Authorization {

    /** The Authorization header for a request; nothing if none is needed so far, or if it goes to another server. */
    CompletableFuture<Optional<String>> header(Call call, Scopes scopes);

    /**
     * Learns from a 401.
     *
     * @param used the header that was refused
     * @return whether another try with a new header may succeed
     */
    boolean refused(Answer answer, Optional<String> used);
}
