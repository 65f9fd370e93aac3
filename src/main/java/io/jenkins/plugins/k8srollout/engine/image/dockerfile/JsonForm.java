package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The form {@code ["a", "b"]} of an instruction's arguments. */
final class JsonForm {
    private JsonForm() {}

    /** Made when the first bracket is met; most Dockerfiles that are built often have none before their CMD. */
    private static final class Json {
        private static final ObjectMapper MAPPER =
                new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    /**
     * The strings of a JSON array; empty where the text is none, as a shell command may start with a bracket too.
     *
     * @throws IllegalArgumentException if it is an array of something else
     */
    static Optional<List<String>> strings(String text) {
        if (!text.startsWith("[")) {
            return Optional.empty();
        }
        try {
            List<String> strings = new ArrayList<>();
            for (JsonNode element : Json.MAPPER.readTree(text)) {
                if (!element.isTextual()) {
                    throw new IllegalArgumentException("the JSON array has elements that are not strings");
                }
                strings.add(element.textValue());
            }
            return Optional.of(strings);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
