package io.jenkins.plugins.k8srollout.engine.harbor;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Deletes an owner's old tags. The owner's images are those with its label, so tags of other jobs and people are never
 * touched; images stay until Harbor's own garbage collection.
 */
public final class TagCleanup {
    private final HarborClient harbor;
    private final ProgressSink sink;

    private record Owned(String digest, HarborTag tag) {}

    public TagCleanup(HarborClient harbor, ProgressSink sink) {
        this.harbor = harbor;
        this.sink = sink;
    }

    /**
     * Deletes all but the newest.
     *
     * @param keep how many of the owner's tags stay
     * @param spared never deleted, however old; they count among those that stay
     * @param dryRun only says what would be deleted
     * @return the deleted tags, the newest first
     */
    public List<String> run(
            HarborRepository repository, String ownerLabel, int keep, Set<String> spared, boolean dryRun) {
        List<Owned> owned = new ArrayList<>();
        for (HarborArtifact artifact : harbor.artifacts(repository)) {
            if (artifact.labels().contains(ownerLabel)) {
                artifact.tags().forEach(tag -> owned.add(new Owned(artifact.digest(), tag)));
            }
        }
        owned.sort(Comparator.comparing((Owned one) -> spared.contains(one.tag().name()))
                .thenComparing(one -> one.tag().pushed())
                .thenComparing(one -> one.tag().name())
                .reversed());
        List<String> deleted = new ArrayList<>();
        for (Owned old : owned.subList(Math.min(Math.max(keep, 0), owned.size()), owned.size())) {
            if (spared.contains(old.tag().name())) {
                continue;
            }
            if (old.tag().immutable()) {
                say(repository + ":" + old.tag().name() + " stays: the project has made the tag immutable");
                continue;
            }
            if (!dryRun) {
                harbor.deleteTag(repository, old.digest(), old.tag().name());
            }
            deleted.add(old.tag().name());
        }
        if (!deleted.isEmpty()) {
            say((dryRun ? "would delete old tags of " : "deleted old tags of ") + repository + ": "
                    + String.join(", ", deleted));
        }
        return deleted;
    }

    private void say(String text) {
        sink.accept(new ProgressEvent.Notice(Finding.Severity.INFO, text));
    }
}
