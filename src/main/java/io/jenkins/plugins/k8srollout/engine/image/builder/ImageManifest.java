package io.jenkins.plugins.k8srollout.engine.image.builder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.k8srollout.engine.image.registry.Descriptor;
import io.jenkins.plugins.k8srollout.engine.image.registry.MediaTypes;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.util.List;

/**
 * A finished image but for its layers' bytes.
 *
 * @param config the configuration as JSON
 * @param layers base first
 * @param json the manifest
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/manifest.md">OCI image manifest</a>
 */
record ImageManifest(byte[] config, List<Descriptor> layers, byte[] json) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SCHEMA = 2;

    static ImageManifest of(byte[] config, List<Descriptor> layers) {
        ObjectNode root = JSON.createObjectNode();
        root.put("schemaVersion", SCHEMA);
        root.put("mediaType", MediaTypes.OCI_MANIFEST);
        add(root.putObject("config"), new Descriptor(MediaTypes.OCI_CONFIG, ImageDigest.of(config), config.length));
        ArrayNode array = root.putArray("layers");
        layers.forEach(layer -> add(array.addObject(), layer));
        try {
            return new ImageManifest(config, List.copyOf(layers), JSON.writeValueAsBytes(root));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values can always be written", e);
        }
    }

    ImageDigest digest() {
        return ImageDigest.of(json);
    }

    /** Of everything a puller without any layer would fetch. */
    long size() {
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
