package io.jenkins.plugins.k8srollout.engine.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.StandardHttpClient;
import io.fabric8.kubernetes.client.http.StandardHttpClientBuilder;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.http.StandardWebSocketBuilder;
import io.fabric8.kubernetes.client.http.WebSocket;
import io.fabric8.kubernetes.client.http.WebSocketResponse;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Makes any number of requests, and follows any number of watches, on three threads; what the client comes with blocks
 * a thread for each. What it is set to, and how it logs in and renews tokens, is that client's own.
 *
 * <p>HTTP/1.1: over HTTP/2 a server allows but so many requests on one connection (100 to 250), past which the JDK's
 * client fails. {@link Turns} keeps the connections few; each watch has one of its own.
 */
final class AsyncClient extends StandardHttpClient<AsyncClient, HttpClient.Factory, AsyncClient.Builder> {
    private static final int THREADS = 2; // besides the one that waits for all connections
    private static final int IDLE_SECONDS = 30;
    private static final int AT_ONCE = 32;

    private final java.net.http.HttpClient http;
    private final Turns turns = new Turns(AT_ONCE);

    private AsyncClient(Builder builder) {
        super(builder, new AtomicBoolean());
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "k8s-rollout-http");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        http = builder.configured().executor(threads).build();
    }

    /** A proxy may want a password or be a SOCKS one, which is left to the client's own. */
    static HttpClient connect(Config config) {
        HttpClient.Factory own = HttpClientUtils.getHttpClientFactory();
        Builder builder = new Builder(own);
        HttpClientUtils.applyCommonConfiguration(config, builder, own);
        return builder.getProxyAddress() == null
                ? builder.build()
                : own.newBuilder(config).build();
    }

    @Override
    public CompletableFuture<HttpResponse<AsyncBody>> consumeBytesDirect(
            StandardHttpRequest request, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        java.net.http.HttpRequest.Builder asked = java.net.http.HttpRequest.newBuilder(request.uri());
        request.headers().forEach((name, values) -> values.forEach(value -> asked.header(name, value)));
        String content = request.bodyString();
        asked.method(request.method(), content == null ? BodyPublishers.noBody() : BodyPublishers.ofString(content));
        if (request.getContentType() != null) {
            asked.setHeader(StandardHttpRequest.CONTENT_TYPE, request.getContentType());
        }
        AnswerBody body = new AnswerBody(consumer);
        if (request.isForStreaming()) {
            return send(request, asked.build(), body);
        }
        return turns.take(
                () -> {
                    if (request.getTimeout() != null) {
                        asked.timeout(request.getTimeout());
                        body.limit(request.getTimeout());
                    }
                    return send(request, asked.build(), body);
                },
                body.done());
    }

    private CompletableFuture<HttpResponse<AsyncBody>> send(
            HttpRequest request, java.net.http.HttpRequest asked, AnswerBody body) {
        return http.sendAsync(asked, begun -> body).handle((answer, thrown) -> {
            if (thrown != null) {
                throw new CompletionException(explained(thrown, asked.uri()));
            }
            return new Answer(request, answer);
        });
    }

    /** What the JDK's client says without a word, as others say it. */
    private static Throwable explained(Throwable thrown, URI uri) {
        boolean connecting = Causes.find(thrown, ConnectException.class).isPresent();
        if (connecting && Causes.find(thrown, UnresolvedAddressException.class).isPresent()) {
            return new UnknownHostException(uri.getHost());
        }
        // A refused connection is tried once more, over a channel that is closed by then
        // (java.net.http of 17: PlainHttpConnection).
        if (connecting && Causes.find(thrown, ClosedChannelException.class).isPresent()) {
            return new ConnectException("connection refused, or no route to " + uri.getHost());
        }
        return thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
    }

    @Override
    public CompletableFuture<WebSocketResponse> buildWebSocketDirect(
            StandardWebSocketBuilder socket, WebSocket.Listener listener) {
        throw new UnsupportedOperationException("no request of ours is for a web socket");
    }

    /**
     * What is under way may end. The threads then end when idle, and the selector's with the next garbage collection;
     * before Java 21 there is no other way.
     */
    @Override
    protected void doClose() {
        // nothing is held that would not end by itself
    }

    private record Answer(HttpRequest request, java.net.http.HttpResponse<AsyncBody> answer)
            implements HttpResponse<AsyncBody> {
        @Override
        public int code() {
            return answer.statusCode();
        }

        @Override
        public AsyncBody body() {
            return answer.body();
        }

        @Override
        public Optional<HttpResponse<?>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public List<String> headers(String name) {
            return answer.headers().allValues(name);
        }

        @Override
        public Map<String, List<String>> headers() {
            return answer.headers().map();
        }
    }

    /** Takes the settings that the client's configuration comes to. */
    static final class Builder extends StandardHttpClientBuilder<AsyncClient, HttpClient.Factory, Builder> {
        private Builder(HttpClient.Factory own) {
            super(own);
        }

        private java.net.http.HttpClient.Builder configured() {
            java.net.http.HttpClient.Builder configured = java.net.http.HttpClient.newBuilder()
                    .version(Version.HTTP_1_1)
                    .followRedirects(followRedirects ? Redirect.NORMAL : Redirect.NEVER)
                    .proxy(java.net.http.HttpClient.Builder.NO_PROXY);
            if (connectTimeout != null && !connectTimeout.isZero()) {
                configured.connectTimeout(connectTimeout);
            }
            return sslContext == null ? configured : configured.sslContext(sslContext);
        }

        @Override
        public HttpClient build() {
            return new AsyncClient(this);
        }

        @Override
        protected Builder newInstance(HttpClient.Factory own) {
            return new Builder(own);
        }
    }
}
