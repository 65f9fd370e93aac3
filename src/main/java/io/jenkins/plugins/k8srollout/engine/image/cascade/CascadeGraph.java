package io.jenkins.plugins.k8srollout.engine.image.cascade;

import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which images of a cascade are built on which. A base means another folder's image by its repository, with any tag;
 * with a digest it means that very image, and is not an edge. Pure and immutable.
 */
final class CascadeGraph {
    private final List<CascadeImage> order;
    private final Map<String, List<CascadeImage>> inner = new HashMap<>();
    private final Map<String, Integer> depths = new HashMap<>();
    private final Map<String, CascadeImage> byName = new TreeMap<>();

    private CascadeGraph(List<CascadeImage> images) {
        for (CascadeImage image : images) {
            CascadeImage other = byName.putIfAbsent(image.image().name(), image);
            if (other != null) {
                throw ReleaseException.refused(
                        "read the cascade",
                        other.shown() + ", " + image.shown(),
                        "both folders make the image " + image.image().name(),
                        "Write '# cascade-image: NAME' above the first instruction of one of the Dockerfiles");
            }
        }
        for (CascadeImage image : images) {
            Set<CascadeImage> bases = new LinkedHashSet<>();
            image.bases().forEach(base -> folderOf(base).ifPresent(bases::add));
            inner.put(image.folder(), List.copyOf(bases));
        }
        this.order = sorted(images);
    }

    /**
     * @throws ReleaseException (refused input) if two folders make the same image, or images need each other
     */
    static CascadeGraph of(List<CascadeImage> images) {
        return new CascadeGraph(images);
    }

    /** Bases before what is built on them; otherwise by distance from the outside, then by folder. */
    List<CascadeImage> order() {
        return order;
    }

    /** The images of other folders that this one needs. */
    List<CascadeImage> basesOf(CascadeImage image) {
        return inner.get(image.folder());
    }

    /** How many images of the cascade lie below this one, on the longest way. */
    int depthOf(CascadeImage image) {
        return depths.get(image.folder());
    }

    /** The folder that makes a base; empty for one from outside. */
    Optional<CascadeImage> folderOf(ImageReference base) {
        return base.digest().isPresent() ? Optional.empty() : Optional.ofNullable(byName.get(base.name()));
    }

    /** Bases that no folder makes, with the places that name them. */
    Map<ImageReference, List<BaseUse>> outside() {
        Map<ImageReference, List<BaseUse>> outside = new LinkedHashMap<>();
        for (CascadeImage image : order) {
            for (BaseUse use : image.uses()) {
                if (folderOf(use.image()).isEmpty()) {
                    outside.computeIfAbsent(use.image(), name -> new ArrayList<>())
                            .add(use);
                }
            }
        }
        return outside;
    }

    /** The names of all images that folders make, in alphabetical order. */
    List<String> names() {
        return List.copyOf(byName.keySet());
    }

    private List<CascadeImage> sorted(List<CascadeImage> images) {
        List<CascadeImage> left = new ArrayList<>(images);
        List<CascadeImage> done = new ArrayList<>();
        while (!left.isEmpty()) {
            List<CascadeImage> free = left.stream()
                    .filter(image -> done.containsAll(basesOf(image)))
                    .sorted(Comparator.comparing(CascadeImage::folder))
                    .toList();
            if (free.isEmpty()) {
                throw cycle(left);
            }
            int depth = done.isEmpty() ? 0 : depthOf(done.get(done.size() - 1)) + 1;
            free.forEach(image -> depths.put(image.folder(), depth));
            done.addAll(free);
            left.removeAll(free);
        }
        return List.copyOf(done);
    }

    /** Each image that is left needs another one that is left, so following them must come round. */
    private ReleaseException cycle(List<CascadeImage> left) {
        List<CascadeImage> way = new ArrayList<>();
        CascadeImage next =
                left.stream().min(Comparator.comparing(CascadeImage::folder)).orElseThrow();
        while (!way.contains(next)) {
            way.add(next);
            next = basesOf(next).stream().filter(left::contains).findFirst().orElseThrow();
        }
        List<CascadeImage> round = way.subList(way.indexOf(next), way.size());
        StringBuilder text = new StringBuilder();
        round.forEach(image -> text.append(image.shown()).append(" -> "));
        text.append(next.shown());
        return ReleaseException.refused(
                "read the cascade",
                text.toString(),
                round.size() == 1
                        ? "the image is built on itself: " + placeOf(next, next)
                        : "the images are built on each other, so none can be first: " + places(round),
                "Remove one of these bases, or name it by its digest if an older image is meant");
    }

    private String places(List<CascadeImage> round) {
        List<String> places = new ArrayList<>();
        for (int i = 0; i < round.size(); i++) {
            places.add(placeOf(round.get(i), round.get((i + 1) % round.size())));
        }
        return String.join(", ", places);
    }

    private String placeOf(CascadeImage user, CascadeImage base) {
        return user.uses().stream()
                .filter(use -> folderOf(use.image()).filter(base::equals).isPresent())
                .map(use -> use.place().toString())
                .findFirst()
                .orElse(user.shown());
    }
}
