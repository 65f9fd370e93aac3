package io.jenkins.plugins.k8srollout.engine.cluster;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.io.IOException;
import java.util.Map;

/** Objects to and from JSON: whole numbers stay whole, keys keep their order. */
final class Json {
    // etcd takes objects up to 1.5 MiB, and a text may be most of one
    private static final int LONGEST_TEXT = 64 << 20;
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(LONGEST_TEXT)
                    .build())
            .build());
    private static final ObjectReader READER = MAPPER.readerFor(new TypeReference<Map<String, Object>>() {});
    private static final ObjectWriter WRITER = MAPPER.writer();

    private Json() {}

    /** @throws IllegalArgumentException if it is not a JSON object; the message does not quote it */
    static KubeObject read(byte[] json) {
        try {
            Map<String, Object> fields = READER.readValue(json);
            return fields == null ? KubeObject.empty() : KubeObject.of(fields);
        } catch (JsonProcessingException e) {
            e.clearLocation();
            throw new IllegalArgumentException("the answer is not a JSON object");
        } catch (IOException e) {
            throw new IllegalArgumentException("the answer cannot be read", e);
        }
    }

    static byte[] write(KubeObject object) {
        try {
            return WRITER.writeValueAsBytes(object.fields());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain data can always be written as JSON", e);
        }
    }
}
