package io.jenkins.plugins.k8srollout.engine.image.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.engine.event.CalmSink;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.image.builder.Registries;
import io.jenkins.plugins.k8srollout.engine.image.registry.ManifestInfo;
import io.jenkins.plugins.k8srollout.engine.image.registry.Platform;
import io.jenkins.plugins.k8srollout.engine.image.registry.PulledManifest;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryClient;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryImages;
import io.jenkins.plugins.k8srollout.engine.image.registry.RemoteImage;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What registries know of a cascade's images. Thread-safe; calls make the calling thread wait. */
final class CascadeRegistry implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Registries registries;
    private final ProgressSink sink;
    private final Map<String, RegistryClient> clients = new ConcurrentHashMap<>();

    CascadeRegistry(Registries registries, ProgressSink sink) {
        this.registries = registries;
        this.sink = new CalmSink(sink, Instant::now);
    }

    private RegistryClient of(ImageReference image) {
        return clients.computeIfAbsent(image.registry(), host -> RegistryClient.open(registries.access(host), sink));
    }

    /** What a name stands for; empty if there is no such image. */
    Optional<ImageDigest> digest(ImageReference image) {
        return of(image).head(image).map(ManifestInfo::digest);
    }

    /** The image that an earlier cascade has made of the same inputs, on whatever machine. */
    Optional<ImageDigest> made(ImageReference image, ImageDigest key, Platform platform) {
        ImageReference tagged = image.withTag(InputKey.tag(key));
        if (digest(tagged).isEmpty()) {
            return Optional.empty();
        }
        RemoteImage found = new RegistryImages(of(image)).read(tagged, platform);
        // The tag only finds; anybody can set one. A label inherited from a base is that base's key, not this one.
        return key.toString().equals(label(found)) ? Optional.of(found.named()) : Optional.empty();
    }

    private static String label(RemoteImage image) {
        try {
            JsonNode config = JSON.readTree(image.configJson());
            return config.path("config").path("Labels").path(InputKey.LABEL).asText();
        } catch (IOException e) {
            return "";
        }
    }

    /** Has tags stand for an image of the same repository; those that do are left alone. */
    void name(ImageReference image, ImageDigest digest, List<String> tags) {
        PulledManifest manifest = null;
        for (String tag : tags) {
            if (digest(image.withTag(tag)).filter(digest::equals).isEmpty()) {
                manifest = manifest == null ? of(image).manifest(image.withDigest(digest)) : manifest;
                of(image).putManifest(image.repository(), tag, manifest.mediaType(), manifest.bytes());
            }
        }
    }

    /** Ends all waiting for registries. */
    @Override
    public void close() {
        clients.values().forEach(RegistryClient::close);
    }
}
