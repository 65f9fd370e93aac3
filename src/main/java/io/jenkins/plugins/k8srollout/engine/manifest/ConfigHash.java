package io.jenkins.plugins.k8srollout.engine.manifest;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Makes a changed ConfigMap or Secret a changed pod template, so that it is released, and rolled back, like a changed
 * image.
 *
 * <p>The annotation holds the first 64 bits of a SHA-256 over the content. Whoever may read the workload learns from it
 * whether two releases had the same configuration, and could test a guess of the whole content of everything that the
 * template uses; nothing else. Whoever guards a Secret of few possible values should not let the workload be read.
 */
public final class ConfigHash {
    public static final String ANNOTATION = "k8s-rollout.jenkins.io/config-hash";
    private static final int BYTES = 8;

    // Their pods read the configuration when they start anyway, and a Job's template may never change.
    private static final Set<String> ONE_SHOT_KINDS = Set.of("Job", "CronJob", "Pod", "PodTemplate");

    private final Map<String, Optional<KubeObject>> known = new HashMap<>();
    private final Function<ObjectRef, Optional<KubeObject>> existing;

    private ConfigHash(List<KubeObject> objects, Function<ObjectRef, Optional<KubeObject>> existing) {
        this.existing = existing;
        for (KubeObject object : objects) {
            if (object.apiVersion().equals("v1")) {
                known.put(object.ref().toString(), Optional.of(object));
            }
        }
    }

    /**
     * Annotates the template of every long-running workload that uses a ConfigMap or Secret.
     *
     * @param objects a release's objects, their namespaces filled in
     * @param existing looks up what is not among {@code objects}; called once per object that a template refers to
     * @return all objects, in order
     */
    public static List<KubeObject> annotate(
            List<KubeObject> objects, Function<ObjectRef, Optional<KubeObject>> existing) {
        ConfigHash hash = new ConfigHash(objects, existing);
        List<KubeObject> annotated = new ArrayList<>();
        objects.forEach(object -> annotated.add(hash.annotate(object)));
        return List.copyOf(annotated);
    }

    private KubeObject annotate(KubeObject object) {
        Optional<PodTemplate> template = PodTemplates.of(object).filter(t -> !ONE_SHOT_KINDS.contains(object.kind()));
        TreeSet<String> seen = new TreeSet<>();
        List<ObjectRef> used = new ArrayList<>();
        for (ConfigReference reference :
                template.map(PodTemplate::configReferences).orElse(List.of())) {
            ObjectRef ref = new ObjectRef("v1", reference.kind(), object.namespace(), reference.name());
            if (seen.add(ref.toString())) {
                used.add(ref);
            }
        }
        if (used.isEmpty()) {
            return object;
        }
        used.sort((a, b) -> a.toString().compareTo(b.toString()));
        MessageDigest digest = ImageDigest.newSha256();
        used.forEach(ref -> add(digest, ref));
        String hash = HexFormat.of().formatHex(digest.digest(), 0, BYTES);
        return object.with(hash, template.get().at("metadata", "annotations", ANNOTATION));
    }

    private void add(MessageDigest digest, ObjectRef ref) {
        add(digest, (ref.kind() + "/" + ref.name()).getBytes(StandardCharsets.UTF_8));
        Optional<KubeObject> found = known.computeIfAbsent(ref.toString(), name -> existing.apply(ref));
        Map<String, byte[]> content = found.map(ConfigHash::content).orElse(new TreeMap<>());
        digest.update((byte) (found.isPresent() ? 1 : 0));
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(content.size()).flip());
        content.forEach((key, value) -> {
            add(digest, key.getBytes(StandardCharsets.UTF_8));
            add(digest, value);
        });
    }

    /** Each part with its length before it, so that no two contents read the same. */
    private static void add(MessageDigest digest, byte[] part) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).flip());
        digest.update(part);
    }

    /** What the pods will see, whichever way it is written; by key. */
    private static Map<String, byte[]> content(KubeObject object) {
        Map<String, byte[]> content = new TreeMap<>();
        boolean secret = object.kind().equals("Secret");
        object.child("data").fields().forEach((key, value) -> content.put(key, secret ? decoded(value) : plain(value)));
        object.child("binaryData").fields().forEach((key, value) -> content.put(key, decoded(value)));
        object.child("stringData").fields().forEach((key, value) -> content.put(key, plain(value)));
        return content;
    }

    private static byte[] plain(Object value) {
        return String.valueOf(value).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] decoded(Object value) {
        try {
            return Base64.getMimeDecoder().decode(String.valueOf(value));
        } catch (IllegalArgumentException e) {
            return plain(value); // the check reports it
        }
    }
}
