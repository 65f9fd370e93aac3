package io.jenkins.plugins.k8srollout.engine.cluster;

import java.util.Optional;

/** Looks through the wrappers that futures and clients put around what went wrong. */
final class Causes {
    private static final int DEEPEST = 20;

    private Causes() {}

    static Throwable root(Throwable thrown) {
        Throwable current = thrown;
        for (int depth = 0; current.getCause() != null && depth < DEEPEST; depth++) {
            current = current.getCause();
        }
        return current;
    }

    static <T extends Throwable> Optional<T> find(Throwable thrown, Class<T> type) {
        Throwable current = thrown;
        for (int depth = 0; current != null && depth < DEEPEST; depth++) {
            if (type.isInstance(current)) {
                return Optional.of(type.cast(current));
            }
            current = current.getCause();
        }
        return Optional.empty();
    }

    /** The message of the deepest cause, or its class where it has none. */
    static String words(Throwable thrown) {
        Throwable root = root(thrown);
        String message = root.getMessage();
        return message == null || message.isBlank() ? root.getClass().getSimpleName() : message.strip();
    }
}
