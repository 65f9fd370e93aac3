package io.jenkins.plugins.k8srollout.engine.release;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A {@link StoredRelease} as the Secret that keeps it. {@code record} and {@code token} are JSON for people and programs,
 * {@code manifests} and {@code before} are packed, because a Secret takes no more than 1 MiB.
 */
final class StoredReleaseText {
    static final String TYPE = "k8s-rollout.jenkins.io/release";
    static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    static final String HISTORY = "k8s-rollout.jenkins.io/history";
    static final String NUMBER = "k8s-rollout.jenkins.io/number";
    static final String OUTCOME = "k8s-rollout.jenkins.io/outcome";
    static final String ID = "k8s-rollout.jenkins.io/id";
    /** The most that a new entry may take, so that the record, which is in it twice, has room to grow until the end. */
    static final int MOST_BYTES = 900_000;

    private static final int MOST_UNPACKED = 64 << 20; // no release is that large; a bomb is
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<Map<String, Object>>> ROWS = new TypeReference<>() {};

    private StoredReleaseText() {}

    static ObjectRef ref(String namespace, String history, long number) {
        return new ObjectRef("v1", "Secret", namespace, "k8s-rollout." + history + ".v" + number);
    }

    static KubeObject write(StoredRelease release) {
        ReleaseRecord record = release.record();
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("record", base64(utf8(record.toJson())));
        release.token().ifPresent(t -> data.put("token", base64(utf8(t.encode()))));
        data.putAll(packed(release));
        ObjectRef ref = ref(record.namespace(), release.history(), release.number());
        return KubeObject.of(Map.of(
                "apiVersion", ref.apiVersion(),
                "kind", ref.kind(),
                "metadata",
                        Map.of(
                                "name", ref.name(),
                                "namespace", ref.namespace(),
                                "labels",
                                        Map.of(
                                                MANAGED_BY, ClusterPort.FIELD_MANAGER,
                                                HISTORY, release.history(),
                                                NUMBER, String.valueOf(release.number()),
                                                OUTCOME, word(record.outcome())),
                                "annotations", Map.of(ID, record.id())),
                "type", TYPE,
                "data", data));
    }

    /** The parts that hold secrets, ready for a Secret's data. */
    static Map<String, Object> packed(StoredRelease release) {
        Map<String, Object> data = new LinkedHashMap<>();
        release.manifests()
                .ifPresent(objects -> data.put(
                        "manifests",
                        base64(pack(objects.stream().map(KubeObject::fields).toList()))));
        if (!release.before().isEmpty()) {
            data.put(
                    "before",
                    base64(pack(release.before().stream()
                            .map(StoredReleaseText::row)
                            .toList())));
        }
        return data;
    }

    /** How much of a Secret's room all parts take, in bytes. */
    static int size(StoredRelease release) {
        int packed = packed(release).values().stream()
                .mapToInt(text -> ((String) text).length() / 4 * 3)
                .sum();
        int token = release.token().map(t -> utf8(t.encode()).length).orElse(0);
        return packed + utf8(release.record().toJson()).length + token;
    }

    /** A merge patch that brings the kept record up to date; a release that needs no undoing loses what is for that. */
    static KubeObject update(ReleaseRecord record, Optional<WatchToken> token) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("record", base64(utf8(record.toJson())));
        token.ifPresent(t -> data.put("token", base64(utf8(t.encode()))));
        if (record.isSuccess() || record.outcome() == Outcome.ROLLED_BACK) {
            data.put("token", null);
            data.put("before", null);
        }
        return KubeObject.of(
                Map.of("metadata", Map.of("labels", Map.of(OUTCOME, word(record.outcome()))), "data", data));
    }

    /** @throws ReleaseException (refused input) for a Secret that {@link #write} has not made */
    static StoredRelease read(KubeObject secret) {
        try {
            return new StoredRelease(
                    ReleaseRecord.fromJson(new String(part(secret, "record").orElseThrow(), StandardCharsets.UTF_8)),
                    part(secret, "token").map(t -> WatchToken.decode(new String(t, StandardCharsets.UTF_8))),
                    part(secret, "manifests")
                            .map(p -> unpack(p).stream().map(KubeObject::of).toList()),
                    part(secret, "before").map(StoredReleaseText::unpack).orElse(List.of()).stream()
                            .map(StoredReleaseText::content)
                            .toList());
        } catch (RuntimeException e) {
            throw new ReleaseException(
                    new Problem(
                            Problem.Kind.REFUSED_INPUT,
                            "read a kept release",
                            secret.ref().toString(),
                            "it is not what a release has written",
                            "Delete that Secret, or restore it"),
                    e);
        }
    }

    static String word(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Map<String, Object> row(PastContent content) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("kind", content.ref().kind());
        row.put("namespace", content.ref().namespace());
        row.put("name", content.ref().name());
        row.put("content", content.content().fields());
        row.put("released", content.released());
        return row;
    }

    private static PastContent content(Map<String, Object> fields) {
        KubeObject row = KubeObject.of(fields);
        return new PastContent(
                new ObjectRef("v1", text(row, "kind"), text(row, "namespace"), text(row, "name")),
                row.child("content"),
                text(row, "released"));
    }

    private static String text(KubeObject row, String field) {
        return row.text(field).orElseThrow();
    }

    private static Optional<byte[]> part(KubeObject secret, String key) {
        return secret.text("data", key).map(Base64.getDecoder()::decode);
    }

    private static byte[] pack(List<Map<String, Object>> rows) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(JSON.writeValueAsBytes(rows));
        } catch (IOException e) {
            throw new UncheckedIOException("memory can always be written", e);
        }
        return packed.toByteArray();
    }

    private static List<Map<String, Object>> unpack(byte[] packed) {
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            byte[] text = gzip.readNBytes(MOST_UNPACKED);
            return new ArrayList<>(JSON.readValue(text, ROWS));
        } catch (IOException e) {
            throw new UncheckedIOException("a part is not packed as it should be", e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
