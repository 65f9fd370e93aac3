package io.jenkins.plugins.k8srollout.engine.strategy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Map;
import java.util.Optional;

/**
 * What we remember in an annotation of an object: one line of JSON, field by field, because people and other versions of
 * this program read it.
 */
final class AnnotationText {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};

    private AnnotationText() {}

    static String write(Map<String, Object> fields) {
        try {
            return JSON.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain data can always be written", e);
        }
    }

    /** @return empty for anything but a JSON object: somebody has written there by hand */
    static Optional<KubeObject> read(String text) {
        try {
            return Optional.of(KubeObject.of(JSON.readValue(text, FIELDS)));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
