package io.jenkins.plugins.k8srollout.e2e;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.WatchListener;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Books whom a Service sends to, event by event, and what its users get meanwhile, request after request through the
 * ingress.
 */
final class ColourLedger implements WatchListener, AutoCloseable {
    private static final Pattern POD = Pattern.compile("(.*)-[a-z0-9]{5}");
    private static final Pattern VERSION = Pattern.compile("version: (\\S+)");

    private static final long PATIENCE_SECONDS = 60;

    private final List<Set<String>> colours = new ArrayList<>();
    private final List<String> versions = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Cancellable watch;
    private final Thread user;

    ColourLedger(ClusterPort port, String namespace, String service, String host) {
        this.watch = port.watch(new Selection("v1", "Endpoints", namespace, "", "metadata.name=" + service), this);
        this.user = new Thread(() -> use(host), "user");
        user.start();
    }

    @Override
    public synchronized void changed(KubeObject endpoints) {
        Set<String> now = new TreeSet<>();
        for (KubeObject subset : endpoints.children("subsets")) {
            for (KubeObject address : subset.children("addresses")) {
                Matcher pod = POD.matcher(address.text("targetRef", "name").orElse(""));
                now.add(pod.matches() ? pod.group(1) : "?");
            }
        }
        if (colours.isEmpty() || !colours.get(colours.size() - 1).equals(now)) {
            colours.add(now);
        }
    }

    @Override
    public synchronized void deleted(KubeObject object) {
        colours.add(Set.of());
    }

    @Override
    public void synced() {
        // what exists has been told
    }

    @Override
    public synchronized void failed(RuntimeException reason) {
        failures.add(reason.toString());
    }

    private void use(String host) {
        URI ingress = URI.create(System.getenv("INGRESS_URL"));
        while (!ended.get()) {
            String seen;
            try {
                seen = request(ingress, host);
            } catch (IOException e) {
                seen = e.toString();
            }
            Matcher version = VERSION.matcher(seen);
            synchronized (this) {
                if (!version.find()) {
                    failures.add(seen);
                } else if (versions.isEmpty()
                        || !versions.get(versions.size() - 1).equals(version.group(1))) {
                    versions.add(version.group(1));
                }
            }
        }
    }

    /** Waits until the ingress controller has taken notice of a host. */
    static void awaitServed(String host) throws IOException {
        URI ingress = URI.create(System.getenv("INGRESS_URL"));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        String seen = "";
        while (System.nanoTime() < end) {
            seen = request(ingress, host);
            if (VERSION.matcher(seen).find()) {
                return;
            }
        }
        throw new AssertionError("the ingress does not serve " + host + ": " + seen);
    }

    // The usual clients do not let one choose the host.
    private static String request(URI ingress, String host) throws IOException {
        try (Socket socket = new Socket(ingress.getHost(), ingress.getPort())) {
            String request = "GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream answer = socket.getInputStream();
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Each other set of ReplicaSets that the Service has sent to, in order. */
    synchronized List<Set<String>> colours() {
        return List.copyOf(colours);
    }

    /** Each other version that the user has seen, in order. */
    synchronized List<String> versions() {
        return List.copyOf(versions);
    }

    /** What the user got instead of the page. */
    synchronized List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() throws InterruptedException {
        ended.set(true);
        watch.cancel();
        user.join();
    }
}
