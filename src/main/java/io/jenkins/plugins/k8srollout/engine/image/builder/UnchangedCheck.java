package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.image.registry.ManifestLookUp;
import io.jenkins.plugins.k8srollout.engine.image.registry.MediaTypes;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryClient;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Looks whether everything is as a past build left it: the context, what the names of base images stand for, and the
 * target's tags, all at the same time. Used by one thread.
 */
final class UnchangedCheck implements AutoCloseable {
    private final ImageBuildRequest request;
    private final Registries registries;
    private final RegistryClients clients;
    private final Tasks tasks = new Tasks(Runtime.getRuntime().availableProcessors());
    private final Map<String, ManifestLookUp> lookUps = new ConcurrentHashMap<>();
    private final Map<String, ImageDigest> tagged = new ConcurrentHashMap<>();
    private boolean published;

    UnchangedCheck(ImageBuildRequest request, Registries registries, ProgressSink sink) {
        this.request = request;
        this.registries = registries;
        this.clients = new RegistryClients(registries, sink);
    }

    /** Whether context and base images are as they were; finds out at the same time what the target's tags stand for. */
    boolean holds(PastBuild build, Path context) {
        AtomicBoolean holds = new AtomicBoolean(true);
        List<Callable<Void>> work = new ArrayList<>();
        build.bases().forEach((name, digest) -> {
            if (name.digest().isEmpty()) {
                work.add(() -> {
                    if (!lookUp(name).filter(digest::equals).isPresent()) {
                        holds.set(false);
                    }
                    return null;
                });
            }
        });
        if (request.push()) {
            for (String tag : request.tags()) {
                work.add(() -> {
                    lookUp(ImageReference.parse(request.image().name() + ":" + tag))
                            .ifPresent(found -> tagged.put(tag, found));
                    return null;
                });
            }
        }
        work.addAll(build.context().comparison(context, holds, tasks.processors()));
        tasks.run(work);
        return holds.get();
    }

    /**
     * Has every tag stand for the image, if the target has it.
     *
     * @return whether that is so now
     */
    boolean publish(byte[] manifest, ImageDigest digest) {
        List<String> left = new ArrayList<>(request.push() ? request.tags() : List.of());
        left.removeIf(tag -> digest.equals(tagged.get(tag)));
        boolean there = left.size() < request.tags().size()
                || lookUp(request.image().withDigest(digest)).isPresent();
        if (there && !left.isEmpty()) {
            published = true;
            String mediaType = request.platforms().size() == 1 ? MediaTypes.OCI_MANIFEST : MediaTypes.OCI_INDEX;
            for (String tag : left) {
                target().putManifest(request.image().repository(), tag, mediaType, manifest);
            }
        }
        return there;
    }

    /** Empty if there is no such image, or no answer: the build that asks properly will say why. */
    private Optional<ImageDigest> lookUp(ImageReference image) {
        try {
            return lookUps.computeIfAbsent(
                            image.registry(), registry -> new ManifestLookUp(registries.access(registry)))
                    .digest(image);
        } catch (ReleaseException e) {
            if (e.problem().kind() == Problem.Kind.INTERRUPTED) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private RegistryClient target() {
        return clients.of(request.image().registry());
    }

    long pushedBytes() {
        return published ? target().pushedBytes() : 0;
    }

    /** Ends all waiting for registries. */
    @Override
    public void close() {
        lookUps.values().forEach(ManifestLookUp::close);
        clients.close();
        tasks.close();
    }
}
