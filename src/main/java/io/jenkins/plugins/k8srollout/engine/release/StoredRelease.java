package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplates;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A release as the cluster keeps it. Immutable; {@code manifests} and {@code before} hold secrets.
 *
 * @param record what it was and what became of it, or how far it was when it was last heard of
 * @param token what another process needs to go on with it; empty once it has ended well or was undone
 * @param manifests the objects as they were applied; empty if they were too large to be kept
 * @param before contents that it changed, as they were; needed as long as it may be undone
 */
public record StoredRelease(
        ReleaseRecord record,
        Optional<WatchToken> token,
        Optional<List<KubeObject>> manifests,
        List<PastContent> before) {
    /** How long after its deadline: a wait that is resumed late still has its first look, and clocks differ. */
    static final Duration GRACE = WaitEnd.FIRST_LOOK.plusMinutes(1);

    public StoredRelease {
        manifests = manifests.map(List::copyOf);
        before = List.copyOf(before);
    }

    public String history() {
        return record.entry().history();
    }

    public long number() {
        return record.entry().number();
    }

    /** Whether nobody has written how it ended. */
    public boolean isOpen() {
        return record.outcome() == Outcome.RUNNING;
    }

    /**
     * How it ended in one word, as in {@code rolled-back}. One without an end is {@code running}; if its time is up it is
     * {@code interrupted}: the process that released has ended without a word.
     */
    public String state(Instant now) {
        boolean late = isOpen()
                && token.flatMap(t -> t.waiting().deadline())
                        .filter(d -> now.isAfter(d.plus(GRACE)))
                        .isPresent();
        return late
                ? "interrupted"
                : record.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The images that its containers run, each once, in the manifests' order. */
    public List<String> images() {
        Set<String> images = new LinkedHashSet<>();
        for (KubeObject object : manifests.orElse(List.of())) {
            PodTemplates.of(object).map(PodTemplate::containers).orElse(List.of()).stream()
                    .map(PodTemplate.Container::image)
                    .filter(image -> !image.isEmpty())
                    .forEach(images::add);
        }
        if (images.isEmpty()) {
            record.images().forEach(i -> images.add(i.to()));
        }
        return new ArrayList<>(images);
    }

    /** As in {@code release 7 of web}. */
    @Override
    public String toString() {
        return "release " + number() + " of " + history();
    }
}
