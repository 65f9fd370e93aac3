package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.image.layer.Layer;
import io.jenkins.plugins.k8srollout.engine.image.layer.LayerFactory;
import io.jenkins.plugins.k8srollout.engine.image.registry.BlobSource;
import io.jenkins.plugins.k8srollout.engine.image.registry.Descriptor;
import io.jenkins.plugins.k8srollout.engine.image.registry.MediaTypes;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryClient;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/**
 * Makes the layers of a planned image and brings it to the registry: layers as they get ready, then the configuration,
 * and the manifest once the registry holds all it names.
 */
final class ImagePublisher {
    private final ImageBuildRequest request;
    private final RegistryClients clients;
    private final LayerFactory factory;
    private final Tasks tasks;
    private final ProgressSink sink;
    private final List<Descriptor> ownLayers = new ArrayList<>();

    ImagePublisher(
            ImageBuildRequest request, RegistryClients clients, LayerFactory factory, Tasks tasks, ProgressSink sink) {
        this.request = request;
        this.clients = clients;
        this.factory = factory;
        this.tasks = tasks;
        this.sink = sink;
    }

    /**
     * @param stages one for each platform of the request, in its order; several become one index
     */
    ImageManifest publish(List<StageState> stages) {
        List<Layer[]> made = new ArrayList<>();
        boolean complete = true;
        for (StageState stage : stages) {
            made.add(new Layer[stage.layers().size()]);
            complete &= findMade(stage.layers(), made.get(made.size() - 1));
        }
        if (complete) {
            ImageManifest image = whole(manifests(stages, made));
            if (isPublished(image, made)) {
                return tag(image);
            }
        }
        makeAndPushAll(stages, made);
        List<ImageManifest> manifests = manifests(stages, made);
        ImageManifest image = whole(manifests);
        if (!request.push()) {
            return image;
        }
        for (ImageManifest manifest : manifests) {
            target().push(request.image().repository(), BlobSource.of(manifest.config()), List.of());
            if (manifests.size() > 1) {
                target().putManifest(
                                request.image().repository(),
                                manifest.digest().toString(),
                                manifest.mediaType(),
                                manifest.json());
            }
        }
        return tag(image);
    }

    /** What several platforms have in common is made and sent once. */
    private void makeAndPushAll(List<StageState> stages, List<Layer[]> made) {
        Map<PlannedLayer, Layer[]> firsts = new HashMap<>();
        List<Callable<Void>> work = new ArrayList<>();
        List<Runnable> copies = new ArrayList<>();
        for (int s = 0; s < stages.size(); s++) {
            List<PlannedLayer> planned = stages.get(s).layers();
            Layer[] layers = made.get(s);
            for (int i = 0; i < layers.length; i++) {
                int index = i;
                Layer[] result = {layers[i]};
                Layer[] first = firsts.putIfAbsent(planned.get(i), result);
                if (first == null) {
                    work.add(() -> {
                        makeAndPush(planned.get(index), result, 0);
                        return null;
                    });
                }
                copies.add(() -> layers[index] = (first == null ? result : first)[0]);
            }
        }
        tasks.run(work);
        copies.forEach(Runnable::run);
    }

    private List<ImageManifest> manifests(List<StageState> stages, List<Layer[]> made) {
        ownLayers.clear();
        List<ImageManifest> manifests = new ArrayList<>();
        for (int i = 0; i < stages.size(); i++) {
            manifests.add(manifest(stages.get(i), made.get(i)));
        }
        return manifests;
    }

    private ImageManifest whole(List<ImageManifest> manifests) {
        return manifests.size() == 1 ? manifests.get(0) : ImageManifest.index(manifests, request.platforms());
    }

    /** Fills in what the cache knows; true if that is all. */
    private boolean findMade(List<PlannedLayer> planned, Layer[] made) {
        boolean complete = true;
        for (int i = 0; i < made.length; i++) {
            if (planned.get(i) instanceof PlannedLayer.Own own) {
                made[i] = factory.find(own.entries()).orElse(null);
                complete &= made[i] != null;
            }
        }
        return complete;
    }

    /** A registry takes a manifest only with all its blobs, so one question answers for all of them. */
    private boolean isPublished(ImageManifest manifest, List<Layer[]> made) {
        if (!request.push()
                || target().head(request.image().withDigest(manifest.digest())).isEmpty()) {
            return false;
        }
        made.stream().flatMap(Arrays::stream).filter(layer -> layer != null).forEach(layer -> {
            sink.accept(new ProgressEvent.LayerReady(layer.digest(), layer.size(), true));
            sink.accept(
                    new ProgressEvent.BlobStored(layer.digest(), layer.size(), ProgressEvent.BlobStored.How.EXISTED));
        });
        return true;
    }

    private void makeAndPush(PlannedLayer planned, Layer[] made, int index) {
        if (planned instanceof PlannedLayer.Own own) {
            Layer layer = made[index] == null ? factory.make(own.entries()) : made[index];
            made[index] = layer;
            sink.accept(new ProgressEvent.LayerReady(layer.digest(), layer.size(), layer.cached()));
            if (request.push()) {
                target().push(request.image().repository(), new LayerBlob(factory, layer), List.of());
            }
        } else if (planned instanceof PlannedLayer.Base base && request.push()) {
            pushBase(base);
        }
    }

    private void pushBase(PlannedLayer.Base base) {
        if (base.descriptor().nondistributable()) {
            return;
        }
        ImageReference origin = base.origin();
        boolean sameRegistry = origin.registry().equals(request.image().registry());
        boolean sameRepository = origin.sameRepository(request.image());
        RemoteBlob blob = new RemoteBlob(clients.of(origin.registry()), origin.repository(), base.descriptor());
        target().push(
                        request.image().repository(),
                        blob,
                        sameRegistry && !sameRepository ? List.of(origin.repository()) : List.of());
    }

    private ImageManifest manifest(StageState stage, Layer[] made) {
        List<PlannedLayer> planned = stage.layers();
        List<Descriptor> layers = new ArrayList<>();
        List<ImageDigest> diffIds = new ArrayList<>();
        for (int i = 0; i < made.length; i++) {
            if (planned.get(i) instanceof PlannedLayer.Base base) {
                layers.add(base.descriptor());
                diffIds.add(base.diffId());
            } else {
                Descriptor own = new Descriptor(MediaTypes.OCI_LAYER_GZIP, made[i].digest(), made[i].size());
                ownLayers.add(own);
                layers.add(own);
                diffIds.add(made[i].diffId());
            }
        }
        Instant created = Instant.ofEpochSecond(request.epochSeconds());
        return ImageManifest.of(stage.config().toJson(created, diffIds), layers);
    }

    private ImageManifest tag(ImageManifest manifest) {
        for (String tag : request.tags()) {
            target().putManifest(request.image().repository(), tag, manifest.mediaType(), manifest.json());
        }
        return manifest;
    }

    private RegistryClient target() {
        return clients.of(request.image().registry());
    }

    /** The layers of the published image that are no base image's. */
    List<Descriptor> ownLayers() {
        return List.copyOf(ownLayers);
    }

    /** What travelled to the target so far. */
    long pushedBytes() {
        return request.push() ? target().pushedBytes() : 0;
    }

    /** The names that the image has now. */
    static List<String> names(ImageBuildRequest request) {
        return request.tags().stream()
                .map(tag -> request.image().name() + ":" + tag)
                .collect(Collectors.toList());
    }
}
