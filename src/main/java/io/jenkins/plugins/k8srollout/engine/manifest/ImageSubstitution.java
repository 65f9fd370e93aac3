package io.jenkins.plugins.k8srollout.engine.manifest;

import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Puts new images into the containers and init containers of every kind that has a pod template.
 *
 * <p>A key names a container ({@code web}), a repository in full ({@code harbor.example.com/shop/web}) or its end
 * ({@code shop/web}, {@code web}); the first of these meanings that fits any container is taken, and a container's name
 * goes before its repository where two keys meet.
 */
public final class ImageSubstitution {

    /**
     * What {@link #replace} did.
     *
     * @param objects all objects, in order, with their new images
     * @param replacements one per container that was given an image, unchanged ones included
     * @param unused keys that fit no container, sorted
     * @param ambiguous keys that fit containers of different repositories, with these repositories, sorted; nothing was
     *     replaced for them
     */
    public record Result(
            List<KubeObject> objects,
            List<Replacement> replacements,
            List<String> unused,
            Map<String, List<String>> ambiguous) {}

    /** One container's image, before and after. */
    public record Replacement(ObjectRef object, String container, String from, String to) {}

    private record Place(int object, PodTemplate.Container container) {
        Optional<ImageReference> image() {
            try {
                return Optional.of(ImageReference.parse(container.image()));
            } catch (ReleaseException e) {
                return Optional.empty(); // the check reports it; a name can still be given a well-formed image
            }
        }

        String repository() {
            return image().map(ImageReference::name).orElse(container.image());
        }
    }

    private final List<KubeObject> objects;
    private final List<Place> places = new ArrayList<>();
    private final Map<Place, ImageReference> chosen = new LinkedHashMap<>();
    private final List<String> unused = new ArrayList<>();
    private final Map<String, List<String>> ambiguous = new TreeMap<>();

    private ImageSubstitution(List<KubeObject> objects) {
        this.objects = objects;
        for (int i = 0; i < objects.size(); i++) {
            int index = i;
            PodTemplates.of(objects.get(i))
                    .ifPresent(t -> t.containers().forEach(c -> places.add(new Place(index, c))));
        }
    }

    /**
     * An image with a digest is written as {@code registry/repository@digest}. Kubernetes would also take
     * {@code repository:tag@digest} but ignores the tag there, which then tells nothing true once the tag has moved.
     *
     * @param images new images by key
     */
    public static Result replace(List<KubeObject> objects, Map<String, ImageReference> images) {
        ImageSubstitution substitution = new ImageSubstitution(objects);
        Map<String, ImageReference> sorted = new TreeMap<>(images);
        sorted.forEach((key, image) -> substitution.byContainer(key, image));
        return substitution.result();
    }

    private void byContainer(String key, ImageReference image) {
        List<Place> found = places(p -> p.container().name().equals(key));
        if (!found.isEmpty()) {
            // Many applications call their container "app": one image must not land in all of them.
            List<Place> same = found.stream()
                    .filter(p -> p.image().filter(image::sameRepository).isPresent())
                    .toList();
            choose(key, image, repositories(found).size() > 1 && !same.isEmpty() ? same : found, true);
            return;
        }
        found = places(p -> p.image().filter(i -> isNameOf(key, i)).isPresent());
        if (found.isEmpty()) {
            found = places(p -> ("/" + p.repository()).endsWith("/" + key));
        }
        choose(key, image, found, false);
    }

    private void choose(String key, ImageReference image, List<Place> found, boolean byContainer) {
        if (found.isEmpty()) {
            unused.add(key);
        } else if (repositories(found).size() > 1) {
            ambiguous.put(key, List.copyOf(repositories(found)));
        } else {
            found.forEach(place -> {
                if (byContainer) {
                    chosen.put(place, image);
                } else {
                    chosen.putIfAbsent(place, image);
                }
            });
        }
    }

    private Result result() {
        List<KubeObject> changed = new ArrayList<>(objects);
        List<Replacement> replacements = new ArrayList<>();
        for (Place place : places) {
            ImageReference image = chosen.get(place);
            if (image != null) {
                String text = image.digest().isPresent() ? image.pinned() : image.toString();
                KubeObject before = changed.get(place.object());
                PodTemplate.Container container = place.container();
                changed.set(place.object(), before.with(text, container.at("image")));
                replacements.add(new Replacement(before.ref(), container.name(), container.image(), text));
            }
        }
        return new Result(List.copyOf(changed), List.copyOf(replacements), List.copyOf(unused), ambiguous);
    }

    private List<Place> places(Predicate<Place> wanted) {
        return places.stream().filter(wanted).toList();
    }

    private static TreeSet<String> repositories(List<Place> places) {
        TreeSet<String> names = new TreeSet<>();
        places.forEach(place -> names.add(place.repository()));
        return names;
    }

    /** Keys are read as Docker reads names, so that {@code nginx} means {@code docker.io/library/nginx}. */
    private static boolean isNameOf(String key, ImageReference image) {
        try {
            return ImageReference.parse(key).name().equals(image.name());
        } catch (ReleaseException e) {
            return false;
        }
    }
}
