package io.jenkins.plugins.k8srollout.engine.image.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.http.HttpHeaders;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/**
 * Sends requests without a body by {@link HttpURLConnection}, and makes the caller wait; others fail. For a process that
 * asks a question or two and ends: this starts in a fifth of the time that the JDK's newer HTTP client takes.
 */
final class UrlSender implements Sender {
    // Answers to look-ups have no body; a token may be some kilobytes.
    private static final int MOST_CONTENT = 1 << 20;
    private static final int FIRST_ERROR = 400;

    // Answers nobody: what is sent is decided here, not by settings of the whole process.
    private static final Authenticator NOBODY = new Authenticator() {};

    private final RegistryAccess access;
    private final Optional<SSLSocketFactory> tls;
    private final Set<HttpURLConnection> underway = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    UrlSender(RegistryAccess access) {
        this.access = access;
        this.tls = access.plainHttp() || access.caPem().isBlank()
                ? Optional.empty()
                : Optional.of(TrustedHttp.trusting(access).getSocketFactory());
    }

    @Override
    public CompletableFuture<Answer> send(Call call, Optional<String> authorization) {
        if (call.payload() != null || call.streamed()) {
            return CompletableFuture.failedFuture(
                    new TransientException("only requests without a body can be sent this way", "", null));
        }
        try {
            HttpURLConnection connection = connection(call, authorization);
            underway.add(connection);
            try {
                return CompletableFuture.completedFuture(answer(call, connection));
            } finally {
                underway.remove(connection);
            }
        } catch (SocketTimeoutException e) {
            return CompletableFuture.failedFuture(new TransientException(
                    call.address().getScheme() + "://" + call.address().getRawAuthority() + ": no answer in time",
                    "Check the registry's load, and any proxy between it and this machine",
                    e));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(NetworkFailure.of(e, call.address(), call.action()));
        }
    }

    private HttpURLConnection connection(Call call, Optional<String> authorization) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) call.address().toURL().openConnection();
        if (tls.isPresent() && connection instanceof HttpsURLConnection encrypted) {
            encrypted.setSSLSocketFactory(tls.get());
        }
        connection.setAuthenticator(NOBODY);
        connection.setRequestMethod(call.method());
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setConnectTimeout((int) access.connectTimeout().toMillis());
        connection.setReadTimeout((int) access.answerTimeout().toMillis());
        connection.setRequestProperty("User-Agent", "kubernetes-rollout");
        connection.setRequestProperty("Accept", "*/*");
        call.headers().forEach(connection::setRequestProperty);
        authorization.ifPresent(value -> connection.setRequestProperty("Authorization", value));
        return connection;
    }

    private Answer answer(Call call, HttpURLConnection connection) throws IOException {
        if (closed) {
            throw new IOException("the registry client is closed");
        }
        int status = connection.getResponseCode();
        if (status < 0) {
            throw new IOException("the answer is no HTTP");
        }
        Map<String, List<String>> headers = new HashMap<>(connection.getHeaderFields());
        headers.remove(null); // the status line
        try (InputStream body = status < FIRST_ERROR ? connection.getInputStream() : connection.getErrorStream()) {
            byte[] content = body == null ? new byte[0] : body.readNBytes(MOST_CONTENT);
            return new Answer(status, HttpHeaders.of(headers, (name, value) -> true), call.address(), content, null);
        }
    }

    @Override
    public void close() {
        closed = true;
        underway.forEach(HttpURLConnection::disconnect);
    }
}
