package io.jenkins.plugins.k8srollout.engine.strategy;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Who has set a field of {@code spec}, as the server books it ({@code metadata.managedFields}). To change a field takes it
 * from its owners; what a release changes for a while goes back to them. Immutable.
 *
 * @param operation {@code Apply} or {@code Update}
 * @param time as the server writes it; may be empty
 * @param fields what is booked below the field; empty if it is owned as a whole
 */
public record FieldOwner(String manager, String operation, String apiVersion, String time, KubeObject fields) {
    private static final String BOOKINGS = "managedFields";
    private static final String SPEC = "f:spec";
    private static final Object[] ANNOTATIONS = {"f:metadata", "f:annotations"};

    public FieldOwner {
        Objects.requireNonNull(manager, "manager");
        Objects.requireNonNull(fields, "fields");
    }

    /**
     * The owners of a field of {@code spec}.
     *
     * @param booked an object with its {@code managedFields}
     */
    static List<FieldOwner> of(KubeObject booked, String field) {
        return booked.children("metadata", BOOKINGS).stream()
                .filter(e -> e.has("fieldsV1", SPEC, "f:" + field))
                .filter(e -> e.text("subresource").orElse("").isEmpty())
                .map(e -> new FieldOwner(
                        e.text("manager").orElse(""),
                        e.text("operation").orElse(""),
                        e.text("apiVersion").orElse(booked.apiVersion()),
                        e.text("time").orElse(""),
                        e.child("fieldsV1", SPEC, "f:" + field)))
                .toList();
    }

    /**
     * The merge patch that removes a mark of ours, and gives a field back: nothing of both stays booked as ours.
     *
     * @param booked an object with its {@code managedFields}
     * @param annotation our mark
     * @param field of {@code spec}
     * @param owners who get it
     * @param keepsApplied whether what we have applied of the field stays ours
     */
    static KubeObject returning(
            KubeObject booked,
            String annotation,
            String field,
            List<FieldOwner> owners,
            boolean keepsApplied,
            String ourManager) {
        KubeObject patch = guarded(booked).with(null, "metadata", "annotations", annotation);
        List<KubeObject> entries = booked.children("metadata", BOOKINGS);
        if (entries.isEmpty()) {
            return patch;
        }
        List<FieldOwner> left = new ArrayList<>(owners);
        List<KubeObject> kept = new ArrayList<>();
        for (KubeObject entry : entries) {
            KubeObject fields = entry.child("fieldsV1");
            if (entry.text("manager").orElse("").equals(ourManager)
                    && entry.text("subresource").orElse("").isEmpty()) {
                boolean applied = entry.text("operation").orElse("").equals("Apply");
                fields = without(fields, annotation, applied && keepsApplied ? "" : field);
            }
            for (FieldOwner owner : owners) {
                if (owner.isOf(entry)) {
                    fields = fields.with(owner.fields().fields(), SPEC, "f:" + field);
                    left.remove(owner);
                }
            }
            if (!fields.isEmpty()) {
                kept.add(entry.with(fields.fields(), "fieldsV1"));
            }
        }
        left.forEach(owner -> kept.add(owner.entry(field)));
        return patch.with(kept, "metadata", BOOKINGS);
    }

    private boolean isOf(KubeObject entry) {
        return entry.text("manager").orElse("").equals(manager)
                && entry.text("operation").orElse("").equals(operation)
                && entry.text("subresource").orElse("").isEmpty();
    }

    private static KubeObject without(KubeObject fields, String annotation, String field) {
        KubeObject left = pruned(field.isEmpty() ? fields : fields.without(SPEC, "f:" + field), SPEC);
        left = left.without("f:metadata", "f:annotations", "f:" + annotation);
        // The mark may have been the first annotation, and brought the map itself.
        boolean bare = left.child(ANNOTATIONS).fields().keySet().equals(Set.of("."));
        left = bare ? left.without(ANNOTATIONS) : pruned(left, ANNOTATIONS);
        return pruned(left, "f:metadata");
    }

    private static KubeObject pruned(KubeObject fields, Object... path) {
        return fields.has(path) && fields.child(path).isEmpty() ? fields.without(path) : fields;
    }

    // Its booking ended with the last field that we took.
    private KubeObject entry(String field) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("manager", manager);
        entry.put("operation", operation);
        entry.put("apiVersion", apiVersion);
        if (!time.isEmpty()) {
            entry.put("time", time);
        }
        entry.put("fieldsType", "FieldsV1");
        return KubeObject.of(entry).with(fields.fields(), "fieldsV1", SPEC, "f:" + field);
    }

    /** The beginning of a patch that holds for this version of an object only. */
    static KubeObject guarded(KubeObject booked) {
        return booked.text("metadata", "resourceVersion")
                .map(version -> KubeObject.empty().with(version, "metadata", "resourceVersion"))
                .orElse(KubeObject.empty());
    }

    Map<String, Object> write() {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("manager", manager);
        node.put("operation", operation);
        node.put("apiVersion", apiVersion);
        node.put("time", time);
        if (!fields.isEmpty()) {
            node.put("fields", fields.fields());
        }
        return node;
    }

    static List<Map<String, Object>> writeAll(List<FieldOwner> owners) {
        return owners.stream().map(FieldOwner::write).toList();
    }

    static List<FieldOwner> readAll(KubeObject root, String field) {
        return root.children(field).stream().map(FieldOwner::read).toList();
    }

    static FieldOwner read(KubeObject node) {
        return new FieldOwner(
                node.text("manager").orElse(""),
                node.text("operation").orElse(""),
                node.text("apiVersion").orElse(""),
                node.text("time").orElse(""),
                node.child("fields"));
    }
}
