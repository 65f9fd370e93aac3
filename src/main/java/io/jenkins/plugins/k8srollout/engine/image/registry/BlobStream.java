package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.security.MessageDigest;

/** A blob on its way here: goes on after a broken connection, and is verified when it ends. One thread. */
final class BlobStream extends InputStream {
    private static final int PARTIAL = 206;

    private final Exchange exchange;
    private final Call call;
    private final ImageDigest wanted;
    private final MessageDigest hash = ImageDigest.newSha256();
    private final Patience patience;
    private final StallGuard guard;
    private volatile InputStream current;
    private long offset;
    private long total = -1; // not known
    private boolean verified;

    BlobStream(Exchange exchange, URI address, Scopes scopes, ImageDigest wanted, Action action) {
        this.exchange = exchange;
        this.call = Call.get(address, scopes, action).streaming();
        this.wanted = wanted;
        this.patience = exchange.patience();
        this.guard = exchange.guard(this::closeCurrent);
        accept(exchange.send(call, patience));
    }

    private void accept(Answer answer) {
        if (answer.stream() == null) {
            throw exchange.problem(answer, call.action());
        }
        current = answer.stream();
        if (answer.status() != PARTIAL) {
            total = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
        if (verified || length == 0) {
            return verified ? -1 : 0;
        }
        IOException broken = null;
        while (true) {
            try {
                if (broken != null) {
                    resume(broken);
                }
                int count = guardedRead(buffer, from, length);
                if (count > 0) {
                    hash.update(buffer, from, count);
                    offset += count;
                    patience.progress();
                    return count;
                }
                if (total < 0 || offset >= total) {
                    verify();
                    return -1;
                }
                broken = new IOException("it ended after " + offset + " of " + total + " bytes");
            } catch (IOException e) {
                broken = e;
            }
        }
    }

    private int guardedRead(byte[] buffer, int from, int length) throws IOException {
        guard.moved();
        try {
            return current.read(buffer, from, length);
        } finally {
            guard.paused();
        }
    }

    private void resume(IOException broken) throws IOException {
        closeCurrent();
        TransientException failure = new TransientException(
                "the connection broke (" + broken.getMessage() + ")",
                "Check the registry, and any proxy between it and this machine",
                broken);
        Call rest = offset == 0 ? call : call.with("Range", "bytes=" + offset + "-");
        Answer answer = exchange.sendAfter(failure, rest, patience);
        accept(answer);
        if (offset > 0 && answer.status() != PARTIAL) {
            // no ranges there: what is here already has to come again
            current.skipNBytes(offset);
        }
    }

    private void verify() {
        ImageDigest actual = ImageDigest.ofHash(hash.digest());
        close();
        if (!actual.equals(wanted)) {
            throw new ReleaseException(new Problem(
                    Problem.Kind.FAILED,
                    call.action().attempted(),
                    call.action().object(),
                    "what the registry sent has the digest " + actual,
                    "Check the registry's storage, and any cache before it"));
        }
        verified = true;
    }

    private void closeCurrent() {
        InputStream open = current;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // a connection that is given up: nothing is lost
                return;
            }
        }
    }

    @Override
    public void close() {
        guard.close();
        closeCurrent();
    }
}
