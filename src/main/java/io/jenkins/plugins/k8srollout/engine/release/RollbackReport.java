package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.release.ConfigRestore.Restored;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Writes into a record what a rollback has returned, and what it has not. */
final class RollbackReport {
    private RollbackReport() {}

    static void tell(ReleaseRecorder recorder, WatchToken token, Rollback.Begun begun, Restored config) {
        token.previous().forEach((ref, revision) -> {
            if (begun.targets().stream().anyMatch(t -> t.ref().equals(ref))) {
                recorder.add(ref + " was returned to " + revision);
            }
        });
        begun.left().forEach(recorder::add);
        config.told().forEach(recorder::add);
        if (token.previous().isEmpty() && token.created().isEmpty() && config.isEmpty()) {
            List<String> changed = recorder.changed();
            recorder.add(
                    "Nothing was rolled back: no pod template was changed, or none whose previous revision is known. "
                            + (changed.isEmpty()
                                    ? "No object was changed"
                                    : "As released stay " + String.join(", ", changed)));
        } else {
            List<ObjectRef> told = Stream.of(token.previous().keySet(), token.created(), config.objects())
                    .flatMap(Collection::stream)
                    .toList();
            List<String> others = recorder.changedBut(told);
            if (!others.isEmpty()) {
                recorder.add("Not returned, and so as released, stay " + String.join(", ", others));
            }
        }
    }
}
