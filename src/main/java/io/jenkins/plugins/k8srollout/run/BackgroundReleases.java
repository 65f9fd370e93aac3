package io.jenkins.plugins.k8srollout.run;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.XmlFile;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.listeners.ItemListener;
import hudson.model.listeners.RunListener;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * The releases that no build's step leads: paused ones whose builds have gone on or ended, and returns that were begun on
 * a page. Costs no thread while somebody is asked. Which they are is kept on disk, how far they are with their builds, so
 * that a restart goes on with all of them. Thread-safe.
 */
@Extension
public class BackgroundReleases {
    private static final Logger LOGGER = Logger.getLogger(BackgroundReleases.class.getName());

    // Guarded by this.
    private final List<BackgroundRelease> open = new ArrayList<>();

    static BackgroundReleases get() {
        return ExtensionList.lookupSingleton(BackgroundReleases.class);
    }

    /** Stands by a paused release of a build. */
    void standBy(Run<?, ?> build, ReleaseEntry entry) {
        BackgroundRelease made = new BackgroundRelease(build, entry);
        synchronized (this) {
            open.add(made);
        }
        save();
        made.resume();
    }

    /**
     * Passes an answer on to whoever waits for it; if nobody does any more, as after an abort in the pause, the release
     * is led from here. One that could not be stood by so far is tried again first.
     *
     * @return empty if the answer was taken; else why not, for the reader
     */
    Optional<String> answer(Run<?, ?> build, ReleaseEntry entry, Answer answer, String who) {
        String release = WatchToken.decode(entry.token()).record().id();
        LedReleases led = EngineServices.get().led();
        Optional<String> absent = Optional.empty();
        if (led.find(release).isEmpty()) {
            try (ACLContext asJenkins = ACL.as2(ACL.SYSTEM2)) { // the job's credentials, not the reader's
                absent = adopt(build, entry).flatMap(BackgroundRelease::resume);
            }
        }
        return led.find(release).filter(l -> l.answer(answer, who)).isPresent()
                ? Optional.empty()
                : absent.map(Messages::ReleaseAction_unavailable)
                        .or(() -> Optional.of(Messages.ReleaseAction_notPaused()));
    }

    /** @return the one that leads the entry, whether it did so before or not; empty if a step is about to resume */
    private Optional<BackgroundRelease> adopt(Run<?, ?> build, ReleaseEntry entry) {
        BackgroundRelease made;
        synchronized (this) {
            Optional<BackgroundRelease> known = of(entry);
            boolean stepToCome = entry.isPaused() && build.isBuilding(); // Jenkins has just restarted
            if (known.isPresent() || stepToCome) {
                return known;
            }
            made = new BackgroundRelease(build, entry);
            open.add(made);
        }
        save();
        return Optional.of(made);
    }

    /**
     * Returns to the release of an entry, which the cluster keeps, unless another return is under way in its place.
     *
     * @return the build of that other; empty if this one has begun
     */
    Optional<Run<?, ?>> startReturn(Run<?, ?> build, ReleaseEntry to, String who) {
        BackgroundRelease made;
        synchronized (this) {
            for (BackgroundRelease other : open) {
                if (other.entry().isReturnWhere(to)) {
                    return Optional.of(other.build());
                }
            }
            ReleaseEntry entry = ReleaseAction.of(build)
                    .entry(UUID.randomUUID().toString(), ReleaseEntry.Kind.ROLLBACK, to.getHistory());
            entry.begin(to.getCluster(), to.getNamespace());
            made = new BackgroundRelease(build, entry);
            open.add(made);
        }
        save();
        made.startReturn(to, who);
        return Optional.empty();
    }

    void ended(BackgroundRelease release) {
        boolean known;
        synchronized (this) {
            known = !EngineServices.get().isClosing() && open.remove(release);
        }
        if (known) {
            save();
        }
    }

    /** Completes when all that are open now have ended. */
    synchronized CompletableFuture<Void> whenNobodyIsLed() {
        return CompletableFuture.allOf(
                open.stream().map(BackgroundRelease::ended).toArray(CompletableFuture[]::new));
    }

    synchronized boolean leads(ReleaseEntry entry) {
        return of(entry).isPresent();
    }

    private Optional<BackgroundRelease> of(ReleaseEntry entry) {
        return open.stream().filter(r -> r.entry() == entry).findFirst();
    }

    private void forget(Predicate<BackgroundRelease> which) {
        List<BackgroundRelease> gone;
        synchronized (this) {
            gone = open.stream().filter(which).toList();
        }
        gone.forEach(BackgroundRelease::forget);
    }

    // ---- on disk

    /** What the file holds: builds with their entries. */
    static final class Kept {
        private final ArrayList<String> builds = new ArrayList<>();
        private final ArrayList<String> entries = new ArrayList<>();
    }

    private static XmlFile file() {
        return new XmlFile(
                Jenkins.XSTREAM2, new File(Jenkins.get().getRootDir(), BackgroundReleases.class.getName() + ".xml"));
    }

    private synchronized void save() {
        Kept kept = new Kept();
        open.forEach(r -> {
            kept.builds.add(r.build().getExternalizableId());
            kept.entries.add(r.entry().id());
        });
        try {
            file().write(kept);
        } catch (IOException e) {
            LOGGER.log(
                    Level.WARNING, "Cannot keep which releases are open; a restart of Jenkins will not go on with", e);
        }
    }

    private void load() {
        XmlFile file = file();
        if (!file.exists()) {
            return;
        }
        Kept kept;
        try {
            kept = (Kept) file.read();
        } catch (IOException | ClassCastException e) {
            LOGGER.log(Level.WARNING, e, () -> "Cannot read which releases are open: " + file);
            return;
        }
        List<BackgroundRelease> found = new ArrayList<>();
        for (int i = 0; i < Math.min(kept.builds.size(), kept.entries.size()); i++) {
            find(kept.builds.get(i), kept.entries.get(i)).ifPresent(found::add);
        }
        synchronized (this) {
            open.addAll(found);
        }
        found.forEach(BackgroundRelease::resume);
    }

    private static Optional<BackgroundRelease> find(String build, String entry) {
        Run<?, ?> run;
        try {
            run = Run.fromExternalizableId(build);
        } catch (IllegalArgumentException e) {
            run = null;
        }
        ReleaseAction action = run == null ? null : run.getAction(ReleaseAction.class);
        if (action == null) {
            LOGGER.log(Level.WARNING, "Nobody stands by the release of {0}: that build is gone", build);
            return Optional.empty();
        }
        Run<?, ?> found = run;
        return action.getEntries().stream()
                .filter(e -> e.id().equals(entry))
                .findFirst()
                .map(e -> new BackgroundRelease(found, e));
    }

    /** Goes on with them when Jenkins has all its jobs, and forgets those whose builds go. */
    @Extension
    public static final class Jobs extends ItemListener {
        @Override
        public void onLoaded() {
            get().load(); // at once, so that nobody answers before somebody is there to hear it; asks no cluster
        }

        @Override
        public void onDeleted(Item item) { // its builds go without a word
            get().forget(r -> isIn(r.build().getParent(), item));
        }

        private static boolean isIn(Item job, Item gone) {
            return job.equals(gone) || job.getFullName().startsWith(gone.getFullName() + "/");
        }

        @Override
        public void onLocationChanged(Item item, String oldFullName, String newFullName) {
            get().save();
        }
    }

    /** A build that is deleted takes its releases out of our hands; the cluster keeps them as they are. */
    @Extension
    @SuppressWarnings("rawtypes") // as the extension point has it
    public static final class Builds extends RunListener<Run> {
        @Override
        public void onDeleted(Run build) {
            get().forget(r -> r.build().equals(build));
        }
    }
}
