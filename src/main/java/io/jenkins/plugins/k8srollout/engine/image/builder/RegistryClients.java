package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.event.CalmSink;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryClient;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One client for each registry that a build meets. Thread-safe. */
final class RegistryClients implements AutoCloseable {
    private final Registries registries;
    private final ProgressSink sink;
    private final Map<String, RegistryClient> clients = new ConcurrentHashMap<>();

    RegistryClients(Registries registries, ProgressSink sink) {
        this.registries = registries;
        this.sink = new CalmSink(sink, Instant::now);
    }

    RegistryClient of(String registry) {
        return clients.computeIfAbsent(registry, r -> RegistryClient.open(registries.access(r), sink));
    }

    /** Ends all waiting for registries. */
    @Override
    public void close() {
        clients.values().forEach(RegistryClient::close);
    }
}
