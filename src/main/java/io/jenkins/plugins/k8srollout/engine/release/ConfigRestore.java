package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyOptions;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplates;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.release.Rollback.Standing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Returns ConfigMaps and Secrets to the contents they had before a release, so that the pods of the previous revision
 * find what they ran with. What somebody else has changed since is left alone; repeating it changes nothing more. Blocks.
 */
final class ConfigRestore {
    private final ClusterPort port;
    private final ProgressSink sink;

    ConfigRestore(ClusterPort port, ProgressSink sink) {
        this.port = port;
        this.sink = sink;
    }

    /**
     * What became of the objects.
     *
     * @param objects those about which there is a sentence
     * @param told one sentence for each object that was returned, or could not be
     * @param complete whether all is returned that nobody else has changed
     */
    record Restored(List<ObjectRef> objects, List<String> told, boolean complete) {
        static final Restored NOTHING = new Restored(List.of(), List.of(), true);

        Restored {
            objects = List.copyOf(objects);
            told = List.copyOf(told);
        }

        boolean isEmpty() {
            return told.isEmpty();
        }
    }

    /** @param standing which workloads somebody else has released since: what may be theirs is left alone */
    Restored restore(List<PastContent> contents, Standing standing) {
        List<ObjectRef> objects = new ArrayList<>();
        List<String> told = new ArrayList<>();
        boolean complete = true;
        for (PastContent content : contents) {
            Optional<String> sentence;
            try {
                sentence = restore(content, standing);
            } catch (ReleaseException e) {
                if (e.problem().kind() == Problem.Kind.INTERRUPTED) {
                    throw e;
                }
                sentence = Optional.of(left(content, e.problem().reason()));
                complete = false;
            }
            sentence.ifPresent(text -> {
                objects.add(content.ref());
                told.add(text);
            });
        }
        return new Restored(objects, told, complete);
    }

    private Optional<String> restore(PastContent content, Standing standing) {
        ObjectRef ref = content.ref();
        return GuardedApply.repeat(() -> restore(content, port.booked(ref), standing));
    }

    private Optional<String> restore(PastContent content, Optional<KubeObject> live, Standing standing) {
        ObjectRef ref = content.ref();
        if (live.isEmpty()) {
            return Optional.of(left(content, "it no longer exists"));
        }
        if (content.isIn(live.get())) {
            return Optional.empty();
        }
        if (!content.isAsReleased(live.get())) {
            return Optional.of(left(content, "somebody else has changed it since it was applied"));
        }
        Optional<KubeObject> owner = owner(ref, standing);
        if (owner.isPresent()) {
            return Optional.of(left(
                    content,
                    "somebody else has released " + owner.get().ref() + " since, "
                            + (reads(owner.get(), ref) ? "which uses it" : "and it may be theirs")));
        }
        KubeObject back = content.in(port.owned(live.get()));
        KubeObject after = port.apply(back, ApplyOptions.changing(live.get())).after();
        sink.accept(new ProgressEvent.RollingBack(ref, "its content before the release"));
        removeOthers(content, after);
        return Optional.of(ref + " was returned to its content before the release");
    }

    // What nobody's pods read, as a certificate, belongs to whoever has released last.
    private static Optional<KubeObject> owner(ObjectRef config, Standing standing) {
        Optional<KubeObject> reader =
                standing.foreign().stream().filter(w -> reads(w, config)).findFirst();
        boolean ours = standing.ours().stream().anyMatch(w -> reads(w, config));
        return reader.isPresent() || ours ? reader : standing.foreign().stream().findFirst();
    }

    private static boolean reads(KubeObject workload, ObjectRef config) {
        return workload.namespace().equals(config.namespace())
                && PodTemplates.of(workload).stream()
                        .flatMap(template -> template.configReferences().stream())
                        .anyMatch(
                                r -> r.kind().equals(config.kind()) && r.name().equals(config.name()));
    }

    /** Keys that nobody's apply owns, as those of a Secret's stringData, are removed by nothing but a patch. */
    private void removeOthers(PastContent content, KubeObject after) {
        KubeObject patch = KubeObject.empty();
        for (String field : PastContent.FIELDS) {
            Map<String, Object> keys = new LinkedHashMap<>();
            after.child(field).fields().keySet().stream()
                    .filter(key -> !content.content().has(field, key))
                    .forEach(key -> keys.put(key, null));
            patch = keys.isEmpty() ? patch : patch.with(keys, field);
        }
        if (!patch.isEmpty()) {
            port.patch(content.ref(), patch);
        }
    }

    private String left(PastContent content, String reason) {
        String text = content.ref() + " keeps its released content: " + reason;
        sink.accept(new ProgressEvent.Notice(Severity.WARNING, text));
        return text;
    }
}
