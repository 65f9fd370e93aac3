package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborClient;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryAccess;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryApi;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryClient;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;

/** One Harbor, for the length of a command. */
final class HarborSession implements AutoCloseable {
    private final RegistryAccess access;
    private final ProgressSink sink;
    private final RegistryApi api;
    private final HarborClient client;

    HarborSession(String host, RegistryOptions registry, Console console, ProgressSink sink) {
        this.access = registry.access(host, true, console);
        this.sink = sink;
        this.api = RegistryApi.open(access, sink);
        this.client = new HarborClient(api);
    }

    HarborClient client() {
        return client;
    }

    /** What the image's name means now. */
    ImageDigest digest(ImageReference image) {
        if (image.digest().isPresent()) {
            return image.digest().get();
        }
        try (RegistryClient distribution = RegistryClient.open(access, sink)) {
            return distribution
                    .head(image)
                    .orElseThrow(() -> new ReleaseException(new Problem(
                            Problem.Kind.NOT_FOUND,
                            "look up the image",
                            image.toString(),
                            "there is no such image",
                            "Check repository and tag, or name it by digest")))
                    .digest();
        }
    }

    @Override
    public void close() {
        api.close();
    }
}
