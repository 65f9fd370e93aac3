package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The releases that a namespace keeps, one Secret each. Every method blocks while the server answers, and throws as
 * {@link ClusterPort} says. Thread-safe.
 */
public final class ReleaseStore {
    /** How many releases of a history are kept; the newest healthy one stays besides. */
    public static final int KEPT = 10;

    private static final Logger LOGGER = Logger.getLogger(ReleaseStore.class.getName());

    private final ClusterPort port;
    private final String namespace;

    public ReleaseStore(ClusterPort port, String namespace) {
        this.port = port;
        this.namespace = namespace;
    }

    /**
     * What is known of a kept release without reading it.
     *
     * @param outcome as the record has it
     */
    record Entry(String history, long number, String outcome) {
        private static Optional<Entry> of(KubeObject secret) {
            String number = secret.labels().getOrDefault(StoredReleaseText.NUMBER, "");
            String history = secret.labels().getOrDefault(StoredReleaseText.HISTORY, "");
            boolean ours = number.matches("[1-9][0-9]{0,17}")
                    && secret.name()
                            .equals(StoredReleaseText.ref("", history, Long.parseLong(number))
                                    .name());
            return ours
                    ? Optional.of(new Entry(
                            history,
                            Long.parseLong(number),
                            secret.labels().getOrDefault(StoredReleaseText.OUTCOME, "")))
                    : Optional.empty();
        }

        boolean is(Outcome other) {
            return outcome.equals(StoredReleaseText.word(other));
        }
    }

    /** The releases of one history, newest first. */
    List<Entry> entries(String history) {
        return port.listMetadata(selection(StoredReleaseText.HISTORY + "=" + history)).stream()
                .map(Entry::of)
                .flatMap(Optional::stream)
                .sorted(Comparator.comparingLong(Entry::number).reversed())
                .toList();
    }

    /** Which of these, newest first, are no longer to be kept when one more is. */
    static List<Entry> outdated(List<Entry> entries) {
        Optional<Entry> healthy =
                entries.stream().filter(e -> e.is(Outcome.HEALTHY)).findFirst();
        List<Entry> old = new ArrayList<>(entries.subList(Math.min(KEPT - 1, entries.size()), entries.size()));
        healthy.ifPresent(old::remove);
        return old;
    }

    /**
     * All kept releases, those of a history together and newest first. What somebody has damaged is left out.
     *
     * @param history its name, or empty text for all of the namespace
     */
    public List<StoredRelease> list(String history) {
        return read(history.isEmpty() ? StoredReleaseText.HISTORY : StoredReleaseText.HISTORY + "=" + history);
    }

    /** All releases whose end nobody has written: they are under way, or were interrupted. */
    public List<StoredRelease> open() {
        return read(StoredReleaseText.HISTORY + "," + StoredReleaseText.OUTCOME + "="
                + StoredReleaseText.word(Outcome.RUNNING));
    }

    private List<StoredRelease> read(String selector) {
        List<StoredRelease> found = new ArrayList<>();
        for (KubeObject secret : port.list(selection(selector))) {
            try {
                found.add(StoredReleaseText.read(secret));
            } catch (ReleaseException e) {
                LOGGER.log(Level.WARNING, e.problem().sentence());
            }
        }
        found.sort(Comparator.comparing(StoredRelease::history)
                .thenComparing(Comparator.comparingLong(StoredRelease::number).reversed()));
        return found;
    }

    private Selection selection(String selector) {
        String ours = StoredReleaseText.MANAGED_BY + "=" + ClusterPort.FIELD_MANAGER + ",";
        return Selection.of("v1", "Secret", namespace).labelled(ours + selector);
    }

    /** @throws ReleaseException (refused input) if somebody has damaged it */
    public Optional<StoredRelease> get(String history, long number) {
        return port.get(StoredReleaseText.ref(namespace, history, number)).map(StoredReleaseText::read);
    }

    /**
     * @return the version that the server has given it
     * @throws ReleaseException ({@code CONFLICT}) if there is one of this number; {@code NOT_FOUND} without its namespace
     */
    String create(StoredRelease release) {
        return version(port.create(StoredReleaseText.write(release)));
    }

    /** The version that a kept release has now; empty text if it is not there. */
    String version(ReleaseRecord record) {
        return port.get(ref(record)).map(ReleaseStore::version).orElse("");
    }

    private static String version(KubeObject secret) {
        return secret.text("metadata", "resourceVersion").orElse("");
    }

    private ObjectRef ref(ReleaseRecord record) {
        return StoredReleaseText.ref(
                namespace, record.entry().history(), record.entry().number());
    }

    /** Whether the release of this number is the very same, written by an attempt whose answer was lost. */
    boolean holds(ReleaseRecord record) {
        return port.get(ref(record))
                .filter(s -> record.id().equals(s.annotations().get(StoredReleaseText.ID)))
                .isPresent();
    }

    /** @throws ReleaseException ({@code NOT_FOUND}) if somebody has deleted it */
    void update(ReleaseRecord record, Optional<WatchToken> token) {
        port.patch(ref(record), StoredReleaseText.update(record, token));
    }

    /**
     * As {@link #update(ReleaseRecord, Optional)}, unless it has been updated since.
     *
     * @param version that it must have
     * @return the version that it has then
     * @throws ReleaseException ({@code CONFLICT}) if it has another one, also by a first attempt whose answer was lost
     */
    String update(ReleaseRecord record, Optional<WatchToken> token, String version) {
        KubeObject patch = StoredReleaseText.update(record, token).with(version, "metadata", "resourceVersion");
        return version(port.patch(ref(record), patch));
    }

    /** As {@link #update(ReleaseRecord, Optional)}, with everything. */
    void update(StoredRelease release) {
        KubeObject patch = StoredReleaseText.update(release.record(), release.token());
        for (var part : StoredReleaseText.packed(release).entrySet()) {
            patch = patch.with(part.getValue(), "data", part.getKey());
        }
        port.patch(StoredReleaseText.ref(namespace, release.history(), release.number()), patch);
    }

    void delete(Entry entry) {
        port.delete(StoredReleaseText.ref(namespace, entry.history(), entry.number()));
    }
}
