package io.jenkins.plugins.k8srollout.engine.image.cascade;

import io.jenkins.plugins.k8srollout.engine.image.layer.ContextTree;
import io.jenkins.plugins.k8srollout.engine.image.layer.FileNode;
import io.jenkins.plugins.k8srollout.engine.image.layer.LayerCache;
import io.jenkins.plugins.k8srollout.engine.image.layer.TreeException;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What an image is made of, as one digest: the files of its context, its Dockerfile, the build arguments that it
 * declares, the platforms, and the digests of its bases. Two builds with the same key would make the same image, on
 * whatever machine; times of files are not in it.
 */
final class InputKey {
    /** The label that carries the key on every image of a cascade. */
    static final String LABEL = "k8s-rollout.jenkins.io/cascade";

    // To be raised whenever the same inputs would come out as another image.
    private static final String FORMAT = "1";
    private static final String TAG = "cascade-";
    private static final int TAG_DIGITS = 32;
    // A time is no content: with it, every commit would change all images.
    private static final String TIME = "SOURCE_DATE_EPOCH";

    private InputKey() {}

    /** The tag under which an image of these inputs is found. */
    static String tag(ImageDigest key) {
        return TAG + key.hex().substring(0, TAG_DIGITS);
    }

    /**
     * @param files of the context, by {@link #filesOf}
     * @param bases for each image that it names
     */
    static ImageDigest of(
            CascadeImage image, CascadeRequest request, ImageDigest files, Map<ImageReference, ImageDigest> bases) {
        MessageDigest key = ImageDigest.newSha256();
        add(key, FORMAT, files.toString(), image.text(), request.platforms().toString());
        Set<String> declared = BaseUses.declared(image.dockerfile());
        new TreeMap<>(request.buildArgs()).forEach((name, value) -> {
            if (declared.contains(name) && !name.equals(TIME)) {
                add(key, "argument", name, value);
            }
        });
        image.bases().forEach(base -> add(key, "base", bases.get(base).toString()));
        return ImageDigest.ofHash(key.digest());
    }

    /**
     * Names, kinds, permissions and contents of all files that the ignore file leaves. Reads those that have changed
     * since the last time.
     */
    static ImageDigest filesOf(CascadeImage image, LayerCache cache) {
        MessageDigest files = ImageDigest.newSha256();
        ContextTree tree = ContextTree.open(image.context(), image.ignore(), cache);
        try {
            addBelow(files, tree, "");
            tree.saveDigests();
            return ImageDigest.ofHash(files.digest());
        } catch (TreeException e) {
            throw ReleaseException.refused("read the build context", image.shown(), e.getMessage(), e.remedy());
        } catch (IOException e) {
            throw new ReleaseException(
                    new Problem(
                            Problem.Kind.FAILED,
                            "read the build context",
                            image.shown(),
                            String.valueOf(e.getMessage()),
                            "Check that the disks of the build context and of the cache can be read and written"),
                    e);
        }
    }

    private static void addBelow(MessageDigest files, ContextTree tree, String folder) throws IOException {
        for (String name : tree.names(folder)) {
            String path = folder.isEmpty() ? name : folder + "/" + name;
            FileNode node = tree.node(path).orElse(null);
            if (node == null) {
                continue; // removed meanwhile
            }
            String content = node.isFile() ? node.content().digest().toString() : node.linkTarget();
            // Hard links of each other stay so in the image.
            String link = Long.toString(node.identity());
            add(files, path, node.kind().name(), Integer.toOctalString(node.mode()), link, content);
            if (node.isFolder()) {
                addBelow(files, tree, path);
            }
        }
    }

    // With their lengths, so that texts cannot run into each other.
    private static void add(MessageDigest digest, String... parts) {
        for (String part : parts) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update((bytes.length + " ").getBytes(StandardCharsets.UTF_8));
            digest.update(bytes);
        }
    }
}
