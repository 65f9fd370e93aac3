package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Place;
import io.jenkins.plugins.k8srollout.engine.image.layer.BaseLayers;
import io.jenkins.plugins.k8srollout.engine.image.layer.ImageTree;
import io.jenkins.plugins.k8srollout.engine.image.layer.LayerCache;
import io.jenkins.plugins.k8srollout.engine.image.layer.LayerEntry;
import io.jenkins.plugins.k8srollout.engine.image.layer.Spool;
import io.jenkins.plugins.k8srollout.engine.image.layer.TreeException;
import io.jenkins.plugins.k8srollout.engine.image.registry.Descriptor;
import io.jenkins.plugins.k8srollout.engine.image.registry.MediaTypes;
import io.jenkins.plugins.k8srollout.engine.image.registry.Platform;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryImages;
import io.jenkins.plugins.k8srollout.engine.image.registry.RemoteImage;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The images that a build starts from or copies from, each looked up once. Used by one thread. */
final class BaseImages {
    private final RegistryClients clients;
    private final BaseLayers layers;
    private final Spool spool;
    private final ProgressSink sink;
    private final Map<String, BaseImage> known = new HashMap<>();
    private final Map<ImageReference, ImageTree> trees = new HashMap<>();
    private final Map<ImageDigest, ImageReference> origins = new HashMap<>();
    private final Map<ImageReference, ImageDigest> names = new HashMap<>();

    /** An image as a stage begins with it. */
    record BaseImage(ImageReference name, ImageConfig config, List<PlannedLayer> layers) {
        BaseImage {
            layers = List.copyOf(layers);
        }

        private List<ImageDigest> digests() {
            List<ImageDigest> digests = new ArrayList<>();
            for (PlannedLayer layer : layers) {
                digests.add(((PlannedLayer.Base) layer).descriptor().digest());
            }
            return digests;
        }
    }

    BaseImages(RegistryClients clients, LayerCache cache, Spool spool, ProgressSink sink) {
        this.clients = clients;
        this.spool = spool;
        this.sink = sink;
        this.layers = new BaseLayers(cache, digest -> {
            ImageReference origin = origins.get(digest);
            return clients.of(origin.registry()).blob(origin.repository(), digest);
        });
    }

    /** What each name that was looked up stands for. */
    Map<ImageReference, ImageDigest> names() {
        return Map.copyOf(names);
    }

    BaseImage image(Place place, String text, Platform platform) {
        return known.computeIfAbsent(platform + " " + text, key -> read(place, text, platform));
    }

    private BaseImage read(Place place, String text, Platform platform) {
        ImageReference name = reference(place, text);
        RemoteImage image = new RegistryImages(clients.of(name.registry())).read(name, platform);
        names.put(name, image.named());
        if (!platform.takes(image.platform())) {
            sink.accept(new ProgressEvent.Notice(
                    Finding.Severity.WARNING,
                    "the base image " + name + " (" + place + ") is for " + image.platform()
                            + " only, and so is what is" + " built from it; asked for was " + platform));
        }
        try {
            ImageConfig config = ImageConfig.parse(image.configJson().getBytes(StandardCharsets.UTF_8));
            List<ImageDigest> diffIds = config.diffIds();
            if (diffIds.size() != image.layers().size()) {
                throw new IOException("it lists " + diffIds.size() + " layers, the manifest "
                        + image.layers().size());
            }
            List<PlannedLayer> planned = new ArrayList<>();
            for (int i = 0; i < diffIds.size(); i++) {
                Descriptor layer = image.layers().get(i);
                origins.put(layer.digest(), name);
                planned.add(new PlannedLayer.Base(asOci(layer), diffIds.get(i), name));
            }
            return new BaseImage(image.name(), config, planned);
        } catch (IOException e) {
            throw place.refused(
                    "the configuration of " + name + " cannot be used: " + e.getMessage(), "Push that image again");
        }
    }

    private static ImageReference reference(Place place, String text) {
        try {
            return ImageReference.parse(text);
        } catch (ReleaseException e) {
            throw place.refused(e.problem().reason(), "Write it as registry/repository:tag, or name an earlier stage");
        }
    }

    /** An OCI manifest names its layers in OCI's words, also those that came from a Docker manifest. */
    private static Descriptor asOci(Descriptor layer) {
        return layer.mediaType().equals(MediaTypes.DOCKER_LAYER_GZIP)
                ? new Descriptor(MediaTypes.OCI_LAYER_GZIP, layer.digest(), layer.size())
                : layer;
    }

    /** The files of an image; not to be changed. */
    ImageTree files(Place place, BaseImage image) {
        ImageTree known = trees.get(image.name());
        if (known == null) {
            known = read(place, image);
            trees.put(image.name(), known);
        }
        return known;
    }

    private ImageTree read(Place place, BaseImage image) {
        try {
            return layers.tree(image.digests(), image.name().toString());
        } catch (TreeException e) {
            throw place.refused("a layer of " + image.name() + " cannot be used: " + e.getMessage(), e.remedy());
        } catch (IOException e) {
            throw unreadable(image.name().toString(), e);
        }
    }

    List<LayerEntry> readable(List<LayerEntry> entries) {
        try {
            return layers.fetch(entries, spool);
        } catch (IOException e) {
            throw unreadable("", e);
        }
    }

    private static ReleaseException unreadable(String image, IOException e) {
        if (e.getCause() instanceof ReleaseException problem) {
            return problem;
        }
        return new ReleaseException(
                new Problem(
                        Problem.Kind.FAILED,
                        "read the files of the base image",
                        image,
                        String.valueOf(e.getMessage()),
                        "Try again; if it stays, push the base image again"),
                e);
    }
}
