package io.jenkins.plugins.k8srollout.engine.strategy;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What our annotation says on a Deployment whose Services are bound to one of its ReplicaSets: as long as it is there, a
 * blue-green release of it is not over. A colour is named by the label {@code pod-template-hash} of its pods. Immutable.
 *
 * @param release the release's id
 * @param old the colour that served before
 * @param fresh the new colour; empty text as long as it is not known
 * @param isSwitched whether the new colour is, or is about to be, what its Services select
 */
public record Colours(String release, String old, String fresh, boolean isSwitched) {
    public static final String ANNOTATION = "k8s-rollout.jenkins.io/colours";

    public Colours {
        Objects.requireNonNull(release, "release");
        Objects.requireNonNull(old, "old");
        Objects.requireNonNull(fresh, "fresh");
    }

    /** @return empty if the object bears no such annotation of ours */
    public static Optional<Colours> of(KubeObject object) {
        return Optional.ofNullable(object.annotations().get(ANNOTATION)).flatMap(Colours::read);
    }

    /** The same of a certain release. */
    public static Optional<Colours> of(KubeObject object, String release) {
        return of(object).filter(c -> c.release().equals(release));
    }

    /** The colour that its Services are to select. */
    public String serving() {
        return isSwitched ? fresh : old;
    }

    /** As long as only one colour is known. */
    public static Colours of(String release, String old) {
        return new Colours(release, old, "", false);
    }

    public Colours switchedTo(String colour) {
        return new Colours(release, old, colour, true);
    }

    public Colours switchedBack() {
        return new Colours(release, old, fresh, false);
    }

    /** Whether a Service that selects this colour is as a release has left it. */
    public boolean has(String colour) {
        return colour.equals(old) || colour.equals(fresh);
    }

    /** The merge patch that writes it. */
    public KubeObject patch() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("release", release);
        root.put("old", old);
        root.put("new", fresh);
        root.put("switched", isSwitched);
        return KubeObject.empty().with(AnnotationText.write(root), "metadata", "annotations", ANNOTATION);
    }

    /** The merge patch that removes it. */
    public static KubeObject removal() {
        return KubeObject.empty().with(null, "metadata", "annotations", ANNOTATION);
    }

    private static Optional<Colours> read(String text) {
        return AnnotationText.read(text)
                .filter(root -> root.has("release") && root.has("old"))
                .map(root -> new Colours(
                        root.text("release").orElse(""),
                        root.text("old").orElse(""),
                        root.text("new").orElse(""),
                        root.flag("switched")));
    }
}
