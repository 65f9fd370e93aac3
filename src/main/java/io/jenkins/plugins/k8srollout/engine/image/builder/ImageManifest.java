package io.jenkins.plugins.k8srollout.engine.image.builder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.k8srollout.engine.image.registry.Descriptor;
import io.jenkins.plugins.k8srollout.engine.image.registry.MediaTypes;
import io.jenkins.plugins.k8srollout.engine.image.registry.Platform;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * A finished image but for its layers' bytes.
 *
 * @param config the configuration as JSON
 * @param layers base first
 * @param json the manifest, or the index of several
 * @param mediaType of the JSON
 * @param imagesSize in bytes, what an index points to; 0 for an image
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/manifest.md">OCI image manifest</a>
 */
record ImageManifest(byte[] config, List<Descriptor> layers, byte[] json, String mediaType, long imagesSize) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SCHEMA = 2;

    static ImageManifest of(byte[] config, List<Descriptor> layers) {
        ObjectNode root = JSON.createObjectNode();
        root.put("schemaVersion", SCHEMA);
        root.put("mediaType", MediaTypes.OCI_MANIFEST);
        add(root.putObject("config"), new Descriptor(MediaTypes.OCI_CONFIG, ImageDigest.of(config), config.length));
        ArrayNode array = root.putArray("layers");
        layers.forEach(layer -> add(array.addObject(), layer));
        return new ImageManifest(config, List.copyOf(layers), bytes(root), MediaTypes.OCI_MANIFEST, 0);
    }

    /**
     * One name for images that differ in their platform only.
     *
     * @param images in the order of the platforms
     */
    static ImageManifest index(List<ImageManifest> images, List<Platform> platforms) {
        ObjectNode root = JSON.createObjectNode();
        root.put("schemaVersion", SCHEMA);
        root.put("mediaType", MediaTypes.OCI_INDEX);
        ArrayNode array = root.putArray("manifests");
        List<Descriptor> layers = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            ImageManifest image = images.get(i);
            layers.addAll(image.layers());
            ObjectNode entry = array.addObject();
            add(entry, new Descriptor(image.mediaType(), image.digest(), image.json().length));
            ObjectNode platform = entry.putObject("platform");
            platform.put("architecture", platforms.get(i).architecture());
            platform.put("os", platforms.get(i).os());
            if (!platforms.get(i).variant().isEmpty()) {
                platform.put("variant", platforms.get(i).variant());
            }
        }
        long size = images.stream().mapToLong(ImageManifest::size).sum();
        return new ImageManifest(new byte[0], layers, bytes(root), MediaTypes.OCI_INDEX, size);
    }

    private static byte[] bytes(ObjectNode root) {
        try {
            return JSON.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values can always be written", e);
        }
    }

    ImageDigest digest() {
        return ImageDigest.of(json);
    }

    /** Of everything a puller without any layer would fetch. */
    long size() {
        if (imagesSize > 0) {
            return json.length + imagesSize;
        }
        return json.length
                + config.length
                + layers.stream().mapToLong(Descriptor::size).sum();
    }

    private static void add(ObjectNode node, Descriptor descriptor) {
        node.put("mediaType", descriptor.mediaType());
        node.put("digest", descriptor.digest().toString());
        node.put("size", descriptor.size());
    }
}
