package io.jenkins.plugins.k8srollout.bench.tracking;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The API server that a kubeconfig names, asked without any of this project's code. */
final class ApiServer {
    private final Path kubeconfig;
    private final String url;
    private final String token;
    private final HttpClient client;

    ApiServer(Path kubeconfig) throws IOException {
        this.kubeconfig = kubeconfig;
        Config config = Config.fromKubeconfig(null, kubeconfig.toFile());
        this.url = config.getMasterUrl().replaceFirst("/$", "");
        String own = config.getOauthToken();
        this.token = own == null ? config.getAutoOAuthToken() : own;
        ExecutorService threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "bench-http");
            thread.setDaemon(true);
            return thread;
        });
        try {
            this.client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .sslContext(SSLUtils.sslContext(config))
                    .executor(threads)
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificates of " + kubeconfig + " cannot be read", e);
        }
    }

    Path kubeconfig() {
        return kubeconfig;
    }

    /** A request with the kubeconfig's token, if it has one; a client certificate goes with the connection. */
    HttpRequest.Builder request(String pathAndQuery) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + pathAndQuery));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    HttpClient client() {
        return client;
    }

    /** @throws IOException if the server does not answer with success, or, to a deletion, with 404 */
    String send(String method, String path, String type, String body) throws IOException {
        HttpRequest request = request(path)
                .header("Content-Type", type)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            boolean gone = method.equals("DELETE") && answer.statusCode() == 404;
            if (answer.statusCode() >= 300 && !gone) {
                throw new IOException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
            }
            return answer.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Server-side apply of one YAML document. */
    void apply(String path, String yaml) throws IOException {
        send("PATCH", path + "?fieldManager=bench&force=true", "application/apply-patch+yaml", yaml);
    }
}
