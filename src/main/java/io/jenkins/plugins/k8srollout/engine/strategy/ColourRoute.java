package io.jenkins.plugins.k8srollout.engine.strategy;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What our annotation says on a Service that is bound to one colour of a Deployment, by the label {@code
 * pod-template-hash} in its selector; and the changes that bind, switch and free it. Immutable; pure.
 *
 * @param release which has bound it
 * @param workload the Deployment's name
 * @param stated whether that release applies the Service, so that its selector is ours to keep
 * @param owners to whom the selector belonged
 */
public record ColourRoute(String release, String workload, boolean stated, List<FieldOwner> owners) {
    public static final String ANNOTATION = "k8s-rollout.jenkins.io/colour";
    /** The label by which the Deployment controller tells the pods of one ReplicaSet from those of another. */
    public static final String COLOUR = "pod-template-hash";

    private static final String FIELD = "selector";

    public ColourRoute {
        Objects.requireNonNull(release, "release");
        Objects.requireNonNull(workload, "workload");
        owners = List.copyOf(owners);
    }

    /** @return empty if the object bears no such annotation of ours */
    public static Optional<ColourRoute> of(KubeObject object) {
        return Optional.ofNullable(object.annotations().get(ANNOTATION)).flatMap(ColourRoute::read);
    }

    /** Whether a Service selects pods with these labels, whatever their colour; one without a selector selects none. */
    public static boolean selects(KubeObject service, Map<String, String> labels) {
        Map<String, String> selector = plain(service);
        return !selector.isEmpty() && labels.entrySet().containsAll(selector.entrySet());
    }

    /** The colour that a Service is bound to; empty if to none. */
    public static Optional<String> colour(KubeObject service) {
        return service.text("spec", FIELD, COLOUR);
    }

    private static Map<String, String> plain(KubeObject service) {
        return service.without("spec", FIELD, COLOUR).strings("spec", FIELD);
    }

    /**
     * What is to be remembered of a Service; of one that is bound already, what was there before that.
     *
     * @param booked as it is, with its {@code managedFields}; empty if it does not exist
     */
    public static ColourRoute begin(KubeObject booked, String release, String workload, boolean stated) {
        List<FieldOwner> owners = of(booked).map(ColourRoute::owners).orElseGet(() -> FieldOwner.of(booked, FIELD));
        return new ColourRoute(release, workload, stated, owners);
    }

    /** What is applied of a Service in the place of what the release wants of it. */
    public KubeObject bound(KubeObject desired, String colour) {
        return desired.with(colour, "spec", FIELD, COLOUR).with(write(), "metadata", "annotations", ANNOTATION);
    }

    /** The merge patch that binds a Service as it is to a colour, and no other version of it. */
    public KubeObject binding(KubeObject booked, String colour) {
        return bound(FieldOwner.guarded(booked), colour);
    }

    /** The merge patch that frees a Service; our mark stays until {@link #unmarking}. */
    public static KubeObject freeing(KubeObject booked) {
        return FieldOwner.guarded(booked).with(null, "spec", FIELD, COLOUR);
    }

    /** The merge patch that removes our mark, and gives the selector back to whom it belonged. */
    public KubeObject unmarking(KubeObject booked, String ourManager) {
        List<FieldOwner> others = owners.stream()
                .filter(o -> !stated || !o.manager().equals(ourManager))
                .toList();
        // An ordinary writer loses what the release applies, as kubectl does.
        List<FieldOwner> back = stated
                ? others.stream().filter(o -> o.operation().equals("Apply")).toList()
                : others;
        return FieldOwner.returning(booked, ANNOTATION, FIELD, back, stated, ourManager);
    }

    private String write() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("release", release);
        root.put("workload", workload);
        root.put("stated", stated);
        root.put("owners", FieldOwner.writeAll(owners));
        return AnnotationText.write(root);
    }

    private static Optional<ColourRoute> read(String text) {
        return AnnotationText.read(text)
                .filter(root -> root.has("workload"))
                .map(root -> new ColourRoute(
                        root.text("release").orElse(""),
                        root.text("workload").orElse(""),
                        root.flag("stated"),
                        FieldOwner.readAll(root, "owners")));
    }
}
