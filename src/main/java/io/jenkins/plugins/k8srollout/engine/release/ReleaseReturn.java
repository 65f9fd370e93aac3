package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplates;
import io.jenkins.plugins.k8srollout.engine.manifest.YamlText;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.WorkloadRef;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The return to a kept release: a new release of its manifests, ConfigMaps and Secrets included, which {@link ReleaseRun}
 * checks, tries, applies and follows like any other. Immutable; holds secrets.
 *
 * @param target where it goes
 * @param notices what the user should know beforehand: objects that it leaves, releases that have no end
 */
public record ReleaseReturn(StoredRelease target, List<String> notices) {
    private static final String ATTEMPT = "roll back";

    public ReleaseReturn {
        notices = List.copyOf(notices);
    }

    /**
     * Finds the release to return to. Reads the history in one request; blocks.
     *
     * @param history its name; may be empty if the namespace has only one
     * @param number which release; empty for the last healthy one before the newest
     * @throws ReleaseException (not found, refused input) with the histories or numbers there are; and as
     *     {@link ClusterPort} says
     */
    public static ReleaseReturn find(
            ClusterPort port, String namespace, Optional<String> history, Optional<Long> number) {
        List<StoredRelease> kept = new ReleaseStore(port, namespace).list(history.orElse(""));
        Set<String> names =
                kept.stream().map(StoredRelease::history).collect(Collectors.toCollection(LinkedHashSet::new));
        if (names.isEmpty()) {
            throw notFound(
                    history.map(h -> "history " + h + " in ").orElse("") + "namespace " + namespace,
                    "no release is kept there",
                    "Check the name and the namespace (k8s-rollout history), or release from the sources",
                    List.of());
        }
        if (names.size() > 1) {
            throw ReleaseException.refused(
                    ATTEMPT,
                    "namespace " + namespace,
                    "several applications are released there",
                    "Set history (--history)",
                    names.toArray(new String[0]));
        }
        StoredRelease target = number.map(n -> named(kept, n)).orElseGet(() -> lastHealthy(kept));
        if (target.manifests().isEmpty()) {
            throw notFound(
                    target.toString(),
                    "its manifests were too large to be kept",
                    "Release them from the sources, or choose another one",
                    numbers(kept, target));
        }
        return new ReleaseReturn(target, notices(kept, target));
    }

    private static StoredRelease named(List<StoredRelease> kept, long number) {
        return kept.stream()
                .filter(r -> r.number() == number)
                .findFirst()
                .orElseThrow(() -> notFound(
                        "release " + number + " of " + kept.get(0).history(),
                        "it is not kept",
                        "Choose one that is (k8s-rollout history)",
                        numbers(kept, null)));
    }

    private static StoredRelease lastHealthy(List<StoredRelease> kept) {
        return kept.stream()
                .skip(1)
                .filter(r -> r.record().outcome() == Outcome.HEALTHY)
                .findFirst()
                .orElseThrow(() -> notFound(
                        "history " + kept.get(0).history(),
                        "no release before the newest was healthy",
                        "Choose one by its number (--to)",
                        numbers(kept, null)));
    }

    private static List<String> numbers(List<StoredRelease> kept, StoredRelease but) {
        return kept.stream()
                .filter(r -> r != but && r.manifests().isPresent())
                .map(r -> String.valueOf(r.number()))
                .toList();
    }

    private static ReleaseException notFound(String object, String reason, String remedy, List<String> valid) {
        return new ReleaseException(
                new Problem(Problem.Kind.NOT_FOUND, ATTEMPT, object, reason + "; nothing was changed", remedy, valid));
    }

    private static List<String> notices(List<StoredRelease> kept, StoredRelease target) {
        List<String> notices = new ArrayList<>();
        StoredRelease newest = kept.get(0);
        if (newest.isOpen()) {
            notices.add(newest + " has no end: it is still under way, or its process ended in the middle");
        }
        Set<String> returned = new HashSet<>();
        target.manifests().orElse(List.of()).forEach(o -> returned.add(key(o)));
        Set<String> later = new LinkedHashSet<>();
        for (StoredRelease release : kept) {
            if (release.number() > target.number()) {
                release.manifests().orElse(List.of()).stream()
                        .filter(o -> !returned.contains(key(o)))
                        .forEach(o -> later.add(o.ref().toString()));
            }
        }
        if (!later.isEmpty()) {
            notices.add("Later releases have brought what " + target + " did not have; it stays as it is: "
                    + String.join(", ", later));
        }
        return notices;
    }

    private static String key(KubeObject object) {
        ObjectRef ref = object.ref();
        return ref.group() + "|" + ref;
    }

    /** The release that returns, to be completed; its namespace is set, and its cause unless that is set anew. */
    public ReleaseRequest.Builder request() {
        List<KubeObject> manifests = target.manifests().orElseThrow();
        ReleaseRequest.Builder request = ReleaseRequest.builder()
                .namespace(target.record().namespace())
                .history(target.history())
                .returnsTo(target.number())
                .changeCause(cause());
        return imagesOnly(manifests).isPresent()
                ? request.workload(imagesOnly(manifests).get()).images(images(manifests.get(0)))
                : request.manifests(List.of(new ManifestSource(
                        target.toString(),
                        manifests.stream().map(YamlText::write).collect(Collectors.joining("---\n")))));
    }

    // Of a workload that others have made, a release of images knows nothing but the images.
    private static Optional<WorkloadRef> imagesOnly(List<KubeObject> manifests) {
        KubeObject first = manifests.get(0);
        boolean partial =
                manifests.size() == 1 && Revisions.KINDS.contains(first.kind()) && !first.has("spec", "selector");
        return partial ? Optional.of(WorkloadRef.parse(first.kind() + "/" + first.name())) : Optional.empty();
    }

    private static Map<String, ImageReference> images(KubeObject workload) {
        Map<String, ImageReference> images = new LinkedHashMap<>();
        PodTemplates.of(workload).stream()
                .flatMap(template -> template.containers().stream())
                .filter(container -> !container.image().isEmpty())
                .forEach(container -> images.put(container.name(), ImageReference.parse(container.image())));
        return images;
    }

    private String cause() {
        // That of a return would name another return, and so on.
        String was =
                target.record().entry().returnsTo() > 0 ? "" : target.record().changeCause();
        return "rollback to release " + target.number() + (was.isEmpty() ? "" : " (" + was + ")");
    }

    /** The target, never its content. */
    @Override
    public String toString() {
        return target.toString();
    }
}
