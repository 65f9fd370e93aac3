package io.jenkins.plugins.k8srollout.engine.strategy;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What our annotation says on a CronJob that a release has suspended: all that anybody needs to give it back as it was.
 * Immutable.
 *
 * @param release the release's id
 * @param suspend the value of {@code spec.suspend} to return; empty for none
 * @param stated whether the release's own manifest sets that value, so that it is ours to keep
 * @param owners to whom that field belonged; empty if to nobody
 */
public record Suspension(String release, Optional<Boolean> suspend, boolean stated, List<FieldOwner> owners) {
    public static final String ANNOTATION = "k8s-rollout.jenkins.io/suspended";

    public Suspension {
        Objects.requireNonNull(release, "release");
        Objects.requireNonNull(suspend, "suspend");
        owners = List.copyOf(owners);
    }

    /** @return empty if the object is not suspended by a release, or if its annotation is none of ours */
    public static Optional<Suspension> of(KubeObject object) {
        return Optional.ofNullable(object.annotations().get(ANNOTATION)).flatMap(Suspension::read);
    }

    /** As one line of JSON, field by field, because other versions of this program read it. */
    public String write() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("release", release);
        suspend.ifPresent(value -> root.put("suspend", value));
        root.put("stated", stated);
        root.put("owners", FieldOwner.writeAll(owners));
        return AnnotationText.write(root);
    }

    /** @return empty for text that {@link #write} has not written: what was there before cannot be known */
    public static Optional<Suspension> read(String text) {
        return AnnotationText.read(text)
                .filter(root -> root.has("release"))
                .map(root -> new Suspension(
                        root.text("release").orElse(""),
                        root.find("suspend").map(Boolean.TRUE::equals),
                        root.flag("stated"),
                        FieldOwner.readAll(root, "owners")));
    }
}
