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
        begin(new BackgroundRelease(build, entry)).resume();
    }

    /**
     * Passes an answer on to whoever waits for it; if nobody does any more, as after an abort in the pause, the release
     * is led from here.
     *
     * @return false if it is no longer waited for
     */
    boolean answer(Run<?, ?> build, ReleaseEntry entry, Answer answer, String who) {
        String release = WatchToken.decode(entry.token()).record().id();
        LedReleases led = EngineServices.get().led();
        boolean stepToCome = entry.isPaused() && build.isBuilding(); // Jenkins has just restarted
        if (led.find(release).isEmpty() && !leads(entry) && !stepToCome) {
            try (ACLContext asJenkins = ACL.as2(ACL.SYSTEM2)) { // the job's credentials, not the reader's
                standBy(build, entry);
            }
        }
        return led.find(release).filter(l -> l.answer(answer, who)).isPresent();
    }

    /** Returns to the release of an entry, which the cluster keeps. */
    void startReturn(Run<?, ?> build, ReleaseEntry entry, ReleaseEntry to, String who) {
        begin(new BackgroundRelease(build, entry)).startReturn(to, who);
    }

    private BackgroundRelease begin(BackgroundRelease release) {
        synchronized (this) {
            open.add(release);
        }
        save();
        return release;
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
        return open.stream().anyMatch(r -> r.entry() == entry);
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
