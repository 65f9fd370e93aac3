package io.jenkins.plugins.k8srollout.engine.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.jenkins.plugins.k8srollout.engine.health.HealthRules;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What an object still says of itself from before a release, where nothing tells which generation it speaks of: a
 * custom resource whose controller writes no {@code observedGeneration} was {@code Ready} before, and stays so until
 * that controller has seen the change. Pure.
 */
final class EarlierWords {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private EarlierWords() {}

    /**
     * A fingerprint of the status of an object that has just got a new generation; empty if it says nothing yet, or
     * tells its generation.
     */
    static Optional<String> of(KubeObject object) {
        boolean mute = object.children("status", "conditions").isEmpty();
        if (mute || !HealthRules.isJudgedByConditions(object.ref()) || tellsGeneration(object)) {
            return Optional.empty();
        }
        try {
            byte[] text =
                    JSON.writeValueAsString(object.child("status").fields()).getBytes(StandardCharsets.UTF_8);
            return Optional.of(HexFormat.of().formatHex(ImageDigest.newSha256().digest(text)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain data can always be written", e);
        }
    }

    private static boolean tellsGeneration(KubeObject object) {
        return object.has("status", "observedGeneration")
                || object.children("status", "conditions").stream().anyMatch(c -> c.has("observedGeneration"));
    }

    /** The verdict as long as the object has said nothing new; empty once it has. */
    static Optional<Health> unchanged(KubeObject object, String earlier) {
        return of(object)
                .filter(earlier::equals)
                .map(same -> Health.of(
                        Health.State.UNKNOWN,
                        "its status is from before this release, and does not tell of which generation it speaks"));
    }
}
