package io.jenkins.plugins.k8srollout.engine.cluster;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A token that somebody keeps, and may replace while a connection is used. Two are equal that were equal when they were
 * read first, so that who begins with the same token shares the connection. Thread-safe.
 */
final class KeptToken implements Supplier<String> {
    private static final Logger LOGGER = Logger.getLogger(KeptToken.class.getName());
    // Shorter than the time for which a refused token is tried again; long enough for bursts of requests.
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String first;
    private final Supplier<Optional<String>> keeper;
    private final LongSupplier nanoTime;
    private String last;
    private long readAt;

    /** @param keeper the token as it is kept now; empty if there is none any more */
    KeptToken(String first, Supplier<Optional<String>> keeper, LongSupplier nanoTime) {
        this.first = first;
        this.keeper = keeper;
        this.nanoTime = nanoTime;
        this.last = first;
        this.readAt = nanoTime.getAsLong();
    }

    @Override
    public synchronized String get() {
        long now = nanoTime.getAsLong();
        if (now - readAt >= FRESH_NANOS) {
            readAt = now;
            try {
                last = keeper.get().orElse(last);
            } catch (RuntimeException e) {
                // Where it can no longer be read, the last one may still be good; the server will tell.
                LOGGER.log(Level.FINE, "a token could not be read again", e);
            }
        }
        return last;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeptToken && first.equals(((KeptToken) other).first);
    }

    @Override
    public int hashCode() {
        return first.hashCode();
    }

    @Override
    public String toString() {
        return "a token that may be replaced";
    }
}
