package io.jenkins.plugins.k8srollout.engine.http;

import java.util.Optional;

/**
 * Sends requests to one server as one user. Thread-safe.
 *
 * <p>An implementation authorizes each request at once, keeps no cookies, follows redirects without taking credentials
 * to another host, bounds the time and the size of every answer, and tries again what failed for a reason that may pass
 * (a lost connection, 429 with its Retry-After, 5xx). Whoever sends a request must therefore know how to read the answer
 * to a repetition.
 */
public interface HttpPort extends AutoCloseable {

    /** Host with optional port. */
    String server();

    /** Fit for messages: {@code user 'robot$shop'}, {@code no credentials}. */
    String who();

    /** The user's name; nothing where there is none, or where the credentials are a token. */
    Optional<String> user();

    /**
     * Makes the calling thread wait for the answer, whatever its status.
     *
     * @throws io.jenkins.plugins.k8srollout.engine.model.ReleaseException (unreachable) when the patience is over,
     *     (interrupted) when the thread is interrupted or the port closed
     */
    HttpAnswer send(HttpCall call);

    /** Ends every wait of other threads. */
    @Override
    void close();
}
