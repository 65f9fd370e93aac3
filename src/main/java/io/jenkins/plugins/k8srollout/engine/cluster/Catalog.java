package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps what the server serves. A kind that is missed is asked for once more, since somebody may have installed it; the
 * kinds of CustomResourceDefinitions applied here are known at once, before the server announces them.
 */
final class Catalog {
    // Connections may live for days, and clusters are upgraded meanwhile.
    private static final Duration KEPT = Duration.ofMinutes(10);

    // By default since 1.32, but not in 1.33. API servers of others, who serve other groups, may not know the question
    // and never answer it.
    private static final int STREAMED_SINCE = 32;
    private static final Pattern MINOR = Pattern.compile("1\\.(\\d{1,4})");
    private static final Set<String> STREAMED =
            Set.of("v1", "apps/v1", "batch/v1", "networking.k8s.io/v1", "discovery.k8s.io/v1", "autoscaling/v2");

    private final Discovery discovery;
    private final Scheduler clock;
    private final Map<String, Resource> announced = new LinkedHashMap<>();
    private CompletableFuture<ServedApis> known;
    private Instant asked = Instant.MIN;
    private boolean unstreamed;

    Catalog(Discovery discovery, Scheduler clock) {
        this.discovery = discovery;
        this.clock = clock;
    }

    /** What was found last, or is being found now. */
    synchronized CompletableFuture<ServedApis> apis(ProgressSink sink) {
        boolean old = known != null && known.isDone() && asked.plus(KEPT).isBefore(clock.now());
        if (known == null || known.isCompletedExceptionally() || old) {
            asked = clock.now();
            known = discovery.discover(sink).thenApply(this::withAnnounced);
        }
        return known;
    }

    /** The resource of a kind, after another look where the first does not find it. */
    CompletableFuture<Optional<Resource>> find(String apiVersion, String kind, ProgressSink sink) {
        CompletableFuture<ServedApis> first = apis(sink);
        boolean kept = first.isDone();
        return first.thenCompose(served -> {
            Optional<Resource> found = served.resource(apiVersion, kind);
            if (found.isPresent() || !kept) {
                return CompletableFuture.completedFuture(found);
            }
            forget(first);
            return apis(sink).thenApply(again -> again.resource(apiVersion, kind));
        });
    }

    /** Whether the kind comes from a definition that was applied here, so that a 404 may only mean "not yet". */
    synchronized boolean isAnnounced(Resource resource) {
        return announced.containsValue(resource);
    }

    /** Takes in the kinds of a CustomResourceDefinition that the server has accepted. */
    synchronized void announce(KubeObject definition) {
        String kind = definition.text("spec", "names", "kind").orElse("");
        String plural = definition.text("spec", "names", "plural").orElse("");
        String group = definition.text("spec", "group").orElse("");
        boolean namespaced = definition.text("spec", "scope").orElse("").equals("Namespaced");
        List<String> versions = new ArrayList<>();
        definition.text("spec", "version").ifPresent(versions::add); // apiextensions.k8s.io/v1beta1
        definition.children("spec", "versions").stream()
                .filter(v -> v.flag("served"))
                .forEach(v -> v.text("name").ifPresent(versions::add));
        for (String version : versions) {
            String apiVersion = group + "/" + version;
            announced.put(apiVersion + " " + kind, new Resource(apiVersion, kind, plural, namespaced));
        }
        known = null;
    }

    /** Whether a watch may ask to be told what exists, instead of a list before it. */
    synchronized boolean streamsLists(String apiVersion) {
        if (unstreamed
                || !STREAMED.contains(apiVersion)
                || known == null
                || !known.isDone()
                || known.isCompletedExceptionally()) {
            return false;
        }
        Matcher minor = MINOR.matcher(known.join().serverVersion());
        return minor.matches() && Integer.parseInt(minor.group(1)) >= STREAMED_SINCE;
    }

    /**
     * The server has refused to, as one does where its administrator has switched that off, or its store cannot: with
     * etcd 3.4 it answers a watch with an error.
     */
    synchronized void unstreamed() {
        unstreamed = true;
    }

    ReleaseException unknown(String attempted, String apiVersion, String kind) {
        CompletableFuture<ServedApis> found;
        synchronized (this) {
            found = known;
        }
        boolean usable = found != null && found.isDone() && !found.isCompletedExceptionally();
        return ClusterErrors.unknownKind(
                attempted,
                apiVersion + " " + kind,
                apiVersion,
                usable ? found.join().versionsOf(kind) : Set.of());
    }

    /** The server has answered that it does not know a kind it was known to serve. */
    synchronized void outdated() {
        known = null;
    }

    private synchronized void forget(CompletableFuture<ServedApis> outdated) {
        if (known == outdated) {
            known = null;
        }
    }

    private synchronized ServedApis withAnnounced(ServedApis served) {
        if (announced.isEmpty()) {
            return served;
        }
        List<Resource> all = new ArrayList<>(served.resources());
        all.addAll(announced.values());
        return new ServedApis(served.serverVersion(), all);
    }
}
