package io.jenkins.plugins.k8srollout.engine.image.cascade;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cascade's graph, and which of its images have to be built. Immutable. */
public final class CascadePlan {
    private final CascadeRequest request;
    private final CascadeGraph graph;
    private final Map<String, ImageDigest> files;
    private final Map<ImageReference, ImageDigest> outside;
    private final Map<String, ImageDigest> unchanged = new HashMap<>();
    private final List<PlannedImage> images = new ArrayList<>();

    /** Says whether an image of these inputs exists. */
    @FunctionalInterface
    interface LookUp {
        Optional<ImageDigest> made(CascadeImage image, ImageDigest key);
    }

    /**
     * @param files the digest of each folder's files
     * @param outside what each base stands for that no folder makes
     */
    CascadePlan(
            CascadeRequest request,
            CascadeGraph graph,
            Map<String, ImageDigest> files,
            Map<ImageReference, ImageDigest> outside,
            LookUp lookUp) {
        this.request = request;
        this.graph = graph;
        this.files = Map.copyOf(files);
        this.outside = Map.copyOf(outside);
        for (CascadeImage image : graph.order()) {
            images.add(planned(image, lookUp));
        }
    }

    private PlannedImage planned(CascadeImage image, LookUp lookUp) {
        PlannedImage.State state = PlannedImage.State.FOLLOWS;
        if (graph.basesOf(image).stream().allMatch(base -> unchanged.containsKey(base.folder()))) {
            Optional<ImageDigest> made = lookUp.made(image, key(image, unchanged));
            made.ifPresent(digest -> unchanged.put(image.folder(), digest));
            state = made.isPresent() ? PlannedImage.State.UNCHANGED : PlannedImage.State.CHANGED;
        }
        List<PlannedImage.Base> bases = new ArrayList<>();
        for (ImageReference base : image.bases()) {
            Optional<CascadeImage> folder = graph.folderOf(base);
            ImageDigest digest = folder.map(f -> unchanged.get(f.folder())).orElseGet(() -> outside.get(base));
            bases.add(new PlannedImage.Base(
                    base.toString(), folder.map(CascadeImage::shown).orElse(""), digest));
        }
        return new PlannedImage(
                image.shown(), image.image().name(), graph.depthOf(image), state, unchanged.get(image.folder()), bases);
    }

    /** Bases before what is built on them. */
    public List<PlannedImage> images() {
        return List.copyOf(images);
    }

    CascadeRequest request() {
        return request;
    }

    CascadeGraph graph() {
        return graph;
    }

    /** Empty if it has to be built, or a base of it. */
    Optional<ImageDigest> unchanged(CascadeImage image) {
        return Optional.ofNullable(unchanged.get(image.folder()));
    }

    /**
     * @param inner the images of the folders that it is built on, by folder
     */
    ImageDigest key(CascadeImage image, Map<String, ImageDigest> inner) {
        return InputKey.of(image, request, files.get(image.folder()), bases(image, inner));
    }

    /** What each image that a Dockerfile names stands for. */
    Map<ImageReference, ImageDigest> bases(CascadeImage image, Map<String, ImageDigest> inner) {
        Map<ImageReference, ImageDigest> bases = new HashMap<>();
        for (ImageReference base : image.bases()) {
            bases.put(
                    base,
                    graph.folderOf(base)
                            .map(folder -> inner.get(folder.folder()))
                            .orElseGet(() -> outside.get(base)));
        }
        return bases;
    }
}
