package io.jenkins.plugins.k8srollout.engine.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyResult;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a ConfigMap or Secret held before a release changed it. Holds secrets: it is kept in a Secret or in memory, never
 * in a token, a record or a log.
 *
 * @param ref the object
 * @param content its fields that hold content, as they were
 * @param released fingerprint of what the release has made of them
 */
record PastContent(ObjectRef ref, KubeObject content, String released) {
    static final List<String> FIELDS = List.of("data", "binaryData");
    private static final Set<String> KINDS = Set.of("ConfigMap", "Secret");
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    /** Empty if the server has answered that no content changes, or that there was none. */
    static Optional<PastContent> of(ApplyResult answer) {
        ObjectRef ref = answer.after().ref();
        if (!KINDS.contains(ref.kind())
                || !ref.group().isEmpty()
                || answer.before().isEmpty()) {
            return Optional.empty();
        }
        KubeObject before = content(answer.before().get());
        KubeObject after = content(answer.after());
        return before.equals(after) ? Optional.empty() : Optional.of(new PastContent(ref, before, fingerprint(after)));
    }

    boolean isIn(KubeObject live) {
        return content(live).equals(content);
    }

    /** Whether nobody has changed the content since the release. */
    boolean isAsReleased(KubeObject live) {
        return fingerprint(content(live)).equals(released);
    }

    /** The object with this content instead of its own. */
    KubeObject in(KubeObject object) {
        KubeObject result = object.without("stringData");
        for (String field : FIELDS) {
            result = result.without(field);
            if (content.has(field)) {
                result = result.with(content.child(field).fields(), field);
            }
        }
        return result;
    }

    private static KubeObject content(KubeObject object) {
        KubeObject content = KubeObject.empty();
        for (String field : FIELDS) {
            if (!object.child(field).isEmpty()) {
                content = content.with(object.child(field).fields(), field);
            }
        }
        return content;
    }

    private static String fingerprint(KubeObject content) {
        try {
            return HexFormat.of().formatHex(ImageDigest.newSha256().digest(JSON.writeValueAsBytes(content.fields())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain data can always be written", e);
        }
    }

    /** The object, never its content. */
    @Override
    public String toString() {
        return ref.toString();
    }
}
