package io.jenkins.plugins.k8srollout.engine.image.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One registry's distribution API. Thread-safe: one client serves all the work with a registry, so that connections
 * and tokens are shared.
 *
 * <p>Every method makes the calling thread wait for the registry. Failures that may pass are tried again, with an
 * event each, until the patience of {@link RegistryAccess} is over. Interrupting the thread, or {@link #close}, ends
 * the wait with a problem of kind {@code INTERRUPTED}. All failures are {@link ReleaseException}s.
 */
public final class RegistryClient implements AutoCloseable {
    private static final int NOT_FOUND = 404;
    private static final int TAGS_PER_PAGE = 1000;

    private final RegistryAccess access;
    private final ProgressSink sink;
    private final Endpoints endpoints;
    private final AtomicLong sentBytes = new AtomicLong();
    private final Exchange exchange;

    private RegistryClient(RegistryAccess access, ProgressSink sink, Scheduler scheduler) {
        this.access = access;
        this.sink = sink;
        this.endpoints = new Endpoints(access.origin());
        Transport transport = new Transport(access, endpoints, new HttpSender(access, scheduler, sentBytes::addAndGet));
        TokenCache tokens = new TokenCache(new TokenService(access, transport, scheduler), scheduler);
        Retry retry = new Retry(scheduler, sink, access.patience(), () -> ThreadLocalRandom.current()
                .nextDouble());
        this.exchange = new Exchange(access, transport, new Authorizer(access, endpoints, tokens), retry, scheduler);
    }

    /** Sends nothing yet. */
    public static RegistryClient open(RegistryAccess access, ProgressSink sink) {
        return open(access, sink, new JdkScheduler());
    }

    /** With a clock of the caller's. */
    public static RegistryClient open(RegistryAccess access, ProgressSink sink, Scheduler scheduler) {
        return new RegistryClient(access, sink, scheduler);
    }

    public RegistryAccess access() {
        return access;
    }

    /** All bytes of blobs and manifests that this client has sent so far; what went twice counts twice. */
    public long pushedBytes() {
        return sentBytes.get();
    }

    /**
     * Finds out, with one try, whether the registry is there and takes the credentials.
     *
     * @throws ReleaseException with what to change
     */
    public void ping() {
        Action action = new Action("connect to the registry", access.registry());
        Answer answer = exchange.send(Call.get(endpoints.base(), Scopes.NONE, action), exchange.noPatience());
        if (answer.status() == NOT_FOUND
                || answer.succeeded() && answer.mediaType().equals("text/html")) {
            throw new ReleaseException(new Problem(
                    Problem.Kind.NOT_FOUND,
                    action.attempted(),
                    action.object(),
                    "a server answers there, but not as a registry",
                    "Check host and port: the address must be the one in image names"));
        }
        require(answer, action);
    }

    public boolean hasBlob(String repository, ImageDigest digest) {
        return hasBlob(repository, digest, Scopes.pull(repository));
    }

    private boolean hasBlob(String repository, ImageDigest digest, Scopes scopes) {
        Action action = new Action("look for the blob", in(repository) + "@" + digest);
        Answer answer = exchange.send(Call.head(endpoints.blob(repository, digest), scopes, action));
        if (answer.status() == NOT_FOUND) {
            return false;
        }
        require(answer, action);
        return true;
    }

    /** The manifest's type and digest without its content; empty if it does not exist. */
    public Optional<ManifestInfo> head(ImageReference image) {
        Action action = new Action("look up the image", image.toString());
        URI address = endpoints.manifest(image);
        Answer answer = exchange.send(
                Call.head(address, Scopes.pull(image.repository()), action).with("Accept", MediaTypes.ACCEPTED));
        if (answer.status() == NOT_FOUND) {
            return Optional.empty();
        }
        require(answer, action);
        Optional<String> digest = answer.header("Docker-Content-Digest");
        if (digest.isEmpty()) {
            // the header is optional; then only the content can tell
            PulledManifest pulled = manifest(image);
            return Optional.of(new ManifestInfo(pulled.mediaType(), pulled.digest(), pulled.bytes().length));
        }
        long size = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
        return Optional.of(new ManifestInfo(answer.mediaType(), ImageDigest.parse(digest.get()), size));
    }

    /**
     * The manifest or index under a tag, or under the digest where the reference has one; verified against the digest.
     */
    public PulledManifest manifest(ImageReference image) {
        Action action = new Action("read the image's manifest", image.toString());
        URI address = endpoints.manifest(image);
        Answer answer = exchange.send(
                Call.get(address, Scopes.pull(image.repository()), action).with("Accept", MediaTypes.ACCEPTED));
        require(answer, action);
        ImageDigest actual = ImageDigest.of(answer.content());
        Optional<String> stated =
                image.digest().map(ImageDigest::toString).or(() -> answer.header("Docker-Content-Digest"));
        if (stated.isPresent() && !stated.get().equals(actual.toString())) {
            throw new ReleaseException(new Problem(
                    Problem.Kind.FAILED,
                    action.attempted(),
                    action.object(),
                    "what the registry sent has the digest " + actual + ", not " + stated.get(),
                    "Check the registry's storage, and any cache before it"));
        }
        return new PulledManifest(ManifestType.of(answer), answer.content(), actual);
    }

    /**
     * A blob's content, of which no more is in memory than is being read. Broken connections are resumed. The digest
     * is verified when the end is reached: a wrong one makes the last read fail.
     *
     * @return to be closed by the caller, from whose thread it is read
     */
    public InputStream blob(String repository, ImageDigest digest) {
        Action action = new Action("read the blob", in(repository) + "@" + digest);
        return new BlobStream(exchange, endpoints.blob(repository, digest), Scopes.pull(repository), digest, action);
    }

    /**
     * Has the registry hold the blob, in the cheapest way: it is there, it is mounted, it is uploaded. Tells the sink.
     *
     * @param mountCandidates repositories of this registry that probably hold the blob
     */
    public ProgressEvent.BlobStored.How push(String repository, BlobSource blob, List<String> mountCandidates) {
        ProgressEvent.BlobStored.How how = store(repository, blob, mountCandidates);
        sink.accept(new ProgressEvent.BlobStored(blob.digest(), blob.size(), how));
        return how;
    }

    private ProgressEvent.BlobStored.How store(String repository, BlobSource blob, List<String> mountCandidates) {
        if (hasBlob(repository, blob.digest(), Scopes.push(repository))) {
            return ProgressEvent.BlobStored.How.EXISTED;
        }
        Action action = new Action("push the blob", in(repository) + "@" + blob.digest());
        BlobMount mount = new BlobMount(exchange, endpoints, repository, blob.digest(), action);
        if (mount.from(mountCandidates)) {
            return ProgressEvent.BlobStored.How.MOUNTED;
        }
        new BlobUpload(exchange, endpoints, repository, blob, action, access.chunkBytes()).run(mount.session());
        return ProgressEvent.BlobStored.How.UPLOADED;
    }

    /**
     * Stores a manifest or index, all of whose blobs the repository must hold.
     *
     * @param tagOrDigest its name: a tag, or {@code sha256:…} of the content
     * @return the digest of what was sent, which the registry has confirmed
     */
    public ImageDigest putManifest(String repository, String tagOrDigest, String mediaType, byte[] content) {
        String separator = tagOrDigest.contains(":") ? "@" : ":";
        Action action = new Action("push the image's manifest", in(repository) + separator + tagOrDigest);
        Call call = Call.sending(
                "PUT",
                endpoints.manifest(repository, tagOrDigest),
                Payload.of(content, mediaType),
                Scopes.push(repository),
                action);
        Answer answer = exchange.send(call);
        require(answer, action);
        ImageDigest digest = ImageDigest.of(content);
        Optional<String> confirmed = answer.header("Docker-Content-Digest");
        if (confirmed.isPresent() && !confirmed.get().equals(digest.toString())) {
            throw new ReleaseException(new Problem(
                    Problem.Kind.FAILED,
                    action.attempted(),
                    action.object(),
                    "the registry stored " + confirmed.get() + " instead of " + digest,
                    "Check any proxy that changes what is sent"));
        }
        return digest;
    }

    /** All tags in the registry's order. */
    public List<String> tags(String repository) {
        Action action = new Action("list the tags", in(repository));
        Set<String> tags = new LinkedHashSet<>();
        Set<URI> pages = new LinkedHashSet<>();
        Optional<URI> page = Optional.of(endpoints.tags(repository, TAGS_PER_PAGE));
        while (page.isPresent() && pages.add(page.get())) {
            Answer answer = exchange.send(Call.get(page.get(), Scopes.pull(repository), action));
            require(answer, action);
            json(answer, action).path("tags").forEach(tag -> tags.add(tag.asText()));
            page = answer.header("Link").flatMap(link -> endpoints.next(answer.address(), link));
        }
        return new ArrayList<>(tags);
    }

    private static JsonNode json(Answer answer, Action action) {
        try {
            return new ObjectMapper().readTree(answer.content());
        } catch (IOException e) {
            throw new ReleaseException(
                    new Problem(
                            Problem.Kind.FAILED,
                            action.attempted(),
                            action.object(),
                            "the registry's answer is no JSON",
                            "Check any proxy before the registry"),
                    e);
        }
    }

    private void require(Answer answer, Action action) {
        if (!answer.succeeded()) {
            throw exchange.problem(answer, action);
        }
    }

    private String in(String repository) {
        return access.registry() + "/" + repository;
    }

    /** Ends every wait of other threads; the client is of no use any more. */
    @Override
    public void close() {
        exchange.close();
    }
}
