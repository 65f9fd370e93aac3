package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends one blob: in one request where it is small, else in chunks. After a broken connection it asks the registry how
 * far it got and goes on from there, or begins again where the registry has lost the session. One use, one thread.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-blobs">OCI: pushing</a>
 */
final class BlobUpload {
    private static final int MOST_RESTARTS = 6;
    // So often a registry may lose a session of chunks before the blob is tried in one piece.
    private static final int RESTARTS_IN_CHUNKS = 2;
    private static final long LEAST_CHUNK = 1 << 20;
    private static final int SHRINK = 4;
    private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-([0-9]{1,18})");

    private final Exchange exchange;
    private final Endpoints endpoints;
    private final String repository;
    private final BlobSource blob;
    private final Action action;
    private final Scopes scopes;
    private final Patience patience;
    private long chunk;
    private URI session; // null until the registry has given one
    private long offset;
    private long farthest;
    private int restarts;
    private int breaks;

    BlobUpload(Exchange exchange, Endpoints endpoints, String repository, BlobSource blob, Action action, long chunk) {
        this.exchange = exchange;
        this.endpoints = endpoints;
        this.repository = repository;
        this.blob = blob;
        this.action = action;
        this.scopes = Scopes.push(repository);
        this.patience = exchange.patience();
        this.chunk = chunk;
    }

    /**
     * Ends when the registry has the blob.
     *
     * @param begun a session that the registry has opened already; null for none
     */
    void run(URI begun) {
        session = begun;
        boolean stored = false;
        while (!stored) {
            if (session == null) {
                session = start();
            }
            stored = step();
        }
    }

    private URI start() {
        Call call = Call.sending("POST", endpoints.uploads(repository), Payload.empty(), scopes, action);
        Answer answer = exchange.send(call, patience);
        if (!answer.succeeded()) {
            throw exchange.problem(answer, action);
        }
        return session(answer).orElseThrow(() -> failed("the registry opened an upload without saying where"));
    }

    private boolean step() {
        boolean closing = offset == blob.size() || offset == 0 && blob.size() <= chunk;
        try {
            return closing ? complete() : sendChunk();
        } catch (TransientException e) {
            return recover(e, closing);
        }
    }

    private boolean complete() throws TransientException {
        long left = blob.size() - offset;
        Payload rest = new Payload(blob, offset, left, MediaTypes.OCTETS);
        Answer answer = exchange.sendOnce(
                Call.sending("PUT", Endpoints.completed(session, blob.digest()), rest, scopes, action));
        if (answer.succeeded()) {
            return true;
        }
        refused(answer, left);
        return false;
    }

    private boolean sendChunk() throws TransientException {
        long length = Math.min(chunk, blob.size() - offset);
        long last = offset + length - 1;
        Call call = Call.sending("PATCH", session, new Payload(blob, offset, length, MediaTypes.OCTETS), scopes, action)
                .with("Content-Range", offset + "-" + last);
        Answer answer = exchange.sendOnce(call);
        if (answer.succeeded()) {
            session = session(answer).orElse(session);
            long received = received(answer).orElse(last + 1);
            if (received <= offset) {
                throw new TransientException("the registry kept nothing of a chunk", "Look into its log", null);
            }
            moveTo(received);
        } else {
            refused(answer, length);
        }
        return false;
    }

    /** Finds the way on after a refused request, or fails. */
    private void refused(Answer answer, long sent) {
        if (answer.status() == 413 && sent > LEAST_CHUNK) {
            // a proxy's limit: the registry itself has not seen this request
            chunk = Math.max(LEAST_CHUNK, sent / SHRINK);
            return;
        }
        boolean sessionLost = answer.status() == 404
                || answer.status() == 416
                || RegistryErrors.hasCode(
                        answer, "BLOB_UPLOAD_UNKNOWN", "BLOB_UPLOAD_INVALID", "RANGE_INVALID", "DIGEST_INVALID");
        if (!sessionLost || restarts == MOST_RESTARTS) {
            throw exchange.problem(answer, action);
        }
        restart();
        if (restarts >= RESTARTS_IN_CHUNKS) {
            chunk = blob.size();
        }
    }

    private boolean recover(TransientException failure, boolean closing) {
        breaks++;
        if (breaks > 1) {
            // a proxy that refuses large bodies may just hang up, and on a bad line less is lost with small chunks
            chunk = Math.max(LEAST_CHUNK, Math.min(chunk, blob.size()) / SHRINK);
        }
        Call state = Call.get(session, scopes, action);
        if (!closing) {
            resumeFrom(exchange.sendAfter(failure, state, patience));
            return false;
        }
        // the answer may be all that was lost
        Call look = Call.head(endpoints.blob(repository, blob.digest()), scopes, action);
        if (exchange.sendAfter(failure, look, patience).succeeded()) {
            return true;
        }
        resumeFrom(exchange.send(state, patience));
        return false;
    }

    private void resumeFrom(Answer state) {
        Optional<Long> received = state.succeeded() ? received(state) : Optional.empty();
        if (received.isEmpty() || received.get() > blob.size()) {
            restart();
            return;
        }
        session = session(state).orElse(session);
        moveTo(received.get());
    }

    private void moveTo(long newOffset) {
        offset = newOffset;
        if (offset > farthest) {
            farthest = offset;
            breaks = 0;
            patience.progress();
        }
    }

    private void restart() {
        restarts++;
        if (restarts > MOST_RESTARTS) {
            throw failed("the registry lost the upload " + restarts + " times");
        }
        session = null;
        offset = 0;
    }

    private Optional<URI> session(Answer answer) {
        return answer.header("Location").map(location -> endpoints.located(answer.address(), location));
    }

    // The header names the last byte, so that 0-0 would mean one; but the reference registry says it of none.
    private static Optional<Long> received(Answer answer) {
        return answer.header("Range")
                .map(RANGE::matcher)
                .filter(Matcher::matches)
                .map(range -> {
                    long last = Long.parseLong(range.group(1));
                    return last == 0 ? 0 : last + 1;
                });
    }

    private ReleaseException failed(String reason) {
        return new ReleaseException(new Problem(
                Problem.Kind.FAILED,
                action.attempted(),
                action.object(),
                reason,
                "Where several registries share one address, give them the same http.secret and storage"));
    }
}
