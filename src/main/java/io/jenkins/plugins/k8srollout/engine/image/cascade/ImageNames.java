package io.jenkins.plugins.k8srollout.engine.image.cascade;

import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which image each folder makes: by the request's prefix or pattern, unless a comment above the first instruction of the
 * Dockerfile says otherwise. Pure.
 *
 * <pre>
 * # cascade-image: java            below the prefix, as harbor.example.com/base/java
 * # cascade-image: harbor.example.com/shop/java
 * # cascade-image: none            not part of the cascade
 * </pre>
 */
final class ImageNames {
    private static final Pattern COMMENT = Pattern.compile("#\\s*cascade-image:\\s*(\\S+)\\s*");
    private static final String PATH = "{path}";
    private static final String NAME = "{name}";
    private static final String NONE = "none";

    private final String pattern;
    private final String registry;

    ImageNames(String image) {
        String cut = image.endsWith("/") ? image.substring(0, image.length() - 1) : image;
        this.pattern = image.contains(PATH) || image.contains(NAME) ? image : cut + "/" + PATH;
        this.registry = of(image, "sample").registry(); // refused before any folder is read
    }

    /** The registry of all images whose folder names no other. */
    String registry() {
        return registry;
    }

    /**
     * @param folder relative to the cascade's folder, with forward slashes; empty text for that folder itself
     * @param text of the Dockerfile
     * @return empty for a Dockerfile that is left out
     */
    Optional<ImageReference> of(String folder, String dockerfile, String text) {
        Optional<String> said = comment(text);
        if (said.isPresent()) {
            return said.get().equals(NONE) ? Optional.empty() : Optional.of(named(dockerfile, said.get()));
        }
        if (folder.isEmpty()) {
            throw ReleaseException.refused(
                    "name the image",
                    dockerfile,
                    "it lies in the cascade's folder itself, which has no name",
                    "Write '# cascade-image: NAME' above its first instruction, or '# cascade-image: none' to leave"
                            + " it out");
        }
        return Optional.of(of(dockerfile, folder));
    }

    private ImageReference named(String dockerfile, String name) {
        String first = name.substring(0, Math.max(0, name.indexOf('/')));
        boolean hasHost = first.contains(".") || first.contains(":") || first.equals("localhost");
        return hasHost ? reference(dockerfile, name) : of(dockerfile, name);
    }

    private ImageReference of(String object, String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return reference(object, pattern.replace(PATH, path).replace(NAME, name));
    }

    private static ImageReference reference(String object, String name) {
        ImageReference image;
        try {
            image = ImageReference.parse(name);
        } catch (ReleaseException e) {
            throw refused(object, e.problem().reason());
        }
        if (image.tag().isPresent() || image.digest().isPresent()) {
            throw refused(object, name + " has a tag or a digest, and all images of a cascade get the same tags");
        }
        return image;
    }

    private static ReleaseException refused(String object, String reason) {
        return ReleaseException.refused(
                "name the image",
                object,
                reason,
                "Give a prefix as harbor.example.com/project or a pattern with {path} or {name}; a folder whose name"
                        + " cannot be an image's says '# cascade-image: NAME' above its first instruction");
    }

    private static Optional<String> comment(String text) {
        for (String line : text.lines().map(String::strip).toList()) {
            Matcher comment = COMMENT.matcher(line);
            if (comment.matches()) {
                return Optional.of(comment.group(1));
            }
            if (!line.isEmpty() && !line.startsWith("#") && !line.startsWith("\uFEFF#")) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }
}
