package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks a registry which manifest a name stands for: one question, one try, little code to load. Whoever needs more, or
 * gets no answer, uses the {@link RegistryClient}. Thread-safe; makes the calling thread wait.
 */
public final class ManifestLookUp implements AutoCloseable {
    private static final double NO_JITTER = 0;

    private final Endpoints endpoints;
    private final Exchange exchange;

    public ManifestLookUp(RegistryAccess access) {
        this.endpoints = new Endpoints(access.origin());
        JdkScheduler scheduler = new JdkScheduler();
        Transport transport = new Transport(access, endpoints, new UrlSender(access));
        TokenCache tokens = new TokenCache(new TokenService(access, transport, scheduler), scheduler);
        Retry never = new Retry(scheduler, ProgressSink.NONE, Duration.ZERO, () -> NO_JITTER);
        this.exchange = new Exchange(access, transport, new Authorizer(access, endpoints, tokens), never, scheduler);
    }

    /**
     * The digest of the manifest or index under a tag or digest; empty if there is none, or if the registry does not
     * say it without sending the manifest.
     *
     * @throws ReleaseException if the registry does not answer or refuses
     */
    public Optional<ImageDigest> digest(ImageReference image) {
        Action action = new Action("look up the image", image.toString());
        URI address = endpoints.manifest(image);
        Call call = Call.head(address, Scopes.pull(image.repository()), action).with("Accept", MediaTypes.ACCEPTED);
        Answer answer = exchange.send(call);
        return answer.succeeded() ? answer.header("Docker-Content-Digest").map(ImageDigest::parse) : Optional.empty();
    }

    /** Ends every wait of other threads. */
    @Override
    public void close() {
        exchange.close();
    }
}
