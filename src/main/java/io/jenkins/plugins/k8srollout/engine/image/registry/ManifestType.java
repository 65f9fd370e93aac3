package io.jenkins.plugins.k8srollout.engine.image.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/** What an answer's content is. Pure. */
final class ManifestType {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ManifestType() {}

    /** The header's type; where that says nothing, as from a plain file server, the type in the content. */
    static String of(Answer answer) {
        String type = answer.mediaType();
        if (MediaTypes.isIndex(type) || MediaTypes.isManifest(type)) {
            return type;
        }
        try {
            JsonNode tree = JSON.readTree(answer.content());
            String inside = tree == null ? "" : tree.path("mediaType").asText("");
            return inside.isEmpty() ? type : inside;
        } catch (IOException e) {
            return type;
        }
    }
}
