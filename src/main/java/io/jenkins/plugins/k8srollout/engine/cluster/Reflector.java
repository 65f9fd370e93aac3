package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Keeps the objects of one selection as the server has them: lists and watches from there, in one request where the
 * server can, watches on after a broken connection, and lists anew when that does not succeed at once or the server has
 * forgotten the version it left off at (410). Never gives up on a server that is away; whoever listens has a deadline of
 * its own.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes">watches</a>
 */
final class Reflector {
    private static final int WATCH_SECONDS = 300;
    private static final Duration GUARD = Duration.ofSeconds(WATCH_SECONDS + 90);
    private static final Duration LIST_GUARD = Duration.ofSeconds(150);
    private static final Duration SHORT_WATCH = Duration.ofSeconds(1);
    private static final int PAGE = 500;

    private final ApiClient client;
    private final Catalog catalog;
    private final Scheduler scheduler;
    private final Selection selection;
    private final WatchedObjects objects;
    private final String attempted;

    private String path = "";
    private String version = "";
    private WatchStream stream;
    private InitialEvents initial; // while a watch tells what exists; else null
    private Cancellable timer = () -> {};
    private Instant opened;
    private Instant failingSince;
    private int failures;
    private boolean stopped;

    Reflector(ApiClient client, Catalog catalog, Scheduler scheduler, Selection selection, KeptForm form) {
        this.objects = new WatchedObjects(form);
        this.client = client;
        this.catalog = catalog;
        this.scheduler = scheduler;
        this.selection = selection;
        this.attempted = "watch " + selection.kind() + " objects"
                + (selection.namespace().isEmpty() ? "" : " in namespace " + selection.namespace());
    }

    /** @return false if it has failed or stopped, so that a new one is needed */
    boolean join(Delivery delivery, ProgressSink sink) {
        return objects.join(delivery, sink);
    }

    /** @return true if nobody listens any more */
    boolean leave(Delivery delivery) {
        return objects.leave(delivery);
    }

    void start() {
        catalog.find(selection.apiVersion(), selection.kind(), objects::tell).whenComplete((found, thrown) -> {
            if (thrown != null) {
                faulted(thrown, this::start);
            } else if (found.isEmpty()) {
                fail(catalog.unknown(attempted, selection.apiVersion(), selection.kind()));
            } else {
                synchronized (this) {
                    path = Paths.collection(found.get(), selection.namespace());
                }
                list();
            }
        });
    }

    synchronized void stop() {
        stopped = true;
        timer.cancel();
        if (stream != null) {
            stream.cancel();
        }
        objects.end();
    }

    // ---- list

    private void list() {
        if (catalog.streamsLists(selection.apiVersion())) {
            streamList();
        } else {
            page(new Listing(), "");
        }
    }

    private synchronized void streamList() {
        initial = new InitialEvents();
        open(
                request().with("sendInitialEvents", "true").with("resourceVersionMatch", "NotOlderThan"),
                LIST_GUARD,
                this::list);
    }

    private void page(Listing listing, String token) {
        ApiRequest request = request().with("limit", String.valueOf(PAGE)).with("continue", token);
        CompletableFuture<ApiReply> answer = client.send(request.impatient(), ProgressSink.NONE);
        answer.whenComplete((reply, thrown) -> {
            if (thrown != null) {
                faulted(thrown, this::list);
            } else if (reply.code() == 410) {
                again(reply.words(), "", this::list);
            } else if (!reply.isSuccess()) {
                refused(request, reply, this::list);
            } else {
                try {
                    KubeObject page = listing.add(reply.json());
                    String next = page.text("metadata", "continue").orElse("");
                    if (next.isEmpty()) {
                        listed(
                                listing.objects(),
                                page.text("metadata", "resourceVersion").orElse(""));
                    } else {
                        page(listing, next);
                    }
                } catch (RuntimeException e) {
                    faulted(e, this::list);
                }
            }
        });
    }

    private void listed(List<KubeObject> found, String listedVersion) {
        synchronized (this) {
            if (stopped) {
                return;
            }
            recovered();
            version = listedVersion;
            objects.replace(found);
        }
        watch();
    }

    // ---- watch

    private synchronized void watch() {
        initial = null;
        open(request().with("resourceVersion", version), GUARD, this::watch);
    }

    // Held by the caller: this object's lock
    private void open(ApiRequest from, Duration guard, Runnable again) {
        if (stopped) {
            return;
        }
        timer.cancel();
        opened = scheduler.now();
        int jitter = ThreadLocalRandom.current().nextInt(30);
        ApiRequest request = from.with("watch", "true")
                .with("allowWatchBookmarks", "true")
                .with("timeoutSeconds", String.valueOf(WATCH_SECONDS + jitter));
        WatchStream opening =
                WatchStream.open(client, request, this::event, (refusal, fault) -> ended(request, refusal, fault));
        stream = opening;
        guard(opening, guard, again);
    }

    // A connection can die without a word; the server would have ended a live one by then.
    private void guard(WatchStream opening, Duration time, Runnable again) {
        timer = scheduler.after(time, () -> {
            opening.cancel();
            again.run();
        });
    }

    private synchronized void event(KubeObject event) {
        if (stopped) {
            return;
        }
        KubeObject object = event.child("object");
        String type = event.text("type").orElse("");
        if (type.equals("ERROR")) {
            // Whatever the reason, a new list mends it; without the watch where that was what failed.
            version = "";
            if (initial != null && object.numberOr(0, "code") != 410) {
                catalog.unstreamed();
            }
            throw new IllegalStateException(object.text("message").orElse("the server ended the watch"));
        }
        if (initial != null) {
            if (initial.take(type, object)) {
                recovered();
                version = object.text("metadata", "resourceVersion").orElse("");
                objects.replace(initial.objects());
                initial = null;
                timer.cancel();
                guard(stream, GUARD, this::watch);
            }
            return;
        }
        recovered();
        version = object.text("metadata", "resourceVersion").orElse(version);
        switch (type) {
            case "ADDED", "MODIFIED" -> objects.put(object);
            case "DELETED" -> objects.remove(object);
            default -> {
                // a bookmark only brings the version
            }
        }
    }

    private void ended(ApiRequest request, ApiReply refusal, Throwable fault) {
        boolean relist;
        boolean brief;
        boolean listing;
        synchronized (this) {
            if (stopped) {
                return;
            }
            timer.cancel();
            listing = initial != null;
            initial = null;
            relist = version.isEmpty() || refusal != null && (refusal.code() == 410 || refusal.code() == 400);
            brief = opened.plus(SHORT_WATCH).isAfter(scheduler.now());
        }
        if (listing) {
            listEnded(request, refusal, fault);
        } else if (relist) {
            brief = brief || fault == null;
            resume(brief, "the server no longer has the version last seen", this::list);
        } else if (refusal != null) {
            refused(request, refusal, this::goOn);
        } else if (fault != null) {
            faulted(fault, this::goOn);
        } else {
            resume(brief, "the server ended the watch at once", this::goOn);
        }
    }

    private void listEnded(ApiRequest request, ApiReply refusal, Throwable fault) {
        if (refusal != null && (refusal.code() == 400 || refusal.code() == 422)) {
            catalog.unstreamed();
        }
        if (!catalog.streamsLists(selection.apiVersion())) {
            list();
        } else if (refusal != null && refusal.code() != 410) {
            refused(request, refusal, this::list);
        } else if (fault != null) {
            faulted(fault, this::list);
        } else {
            again(refusal == null ? "the server ended the watch at once" : refusal.words(), "", this::list);
        }
    }

    // Only a list tells when all that was missed has been told.
    private void goOn() {
        boolean lost;
        synchronized (this) {
            lost = failures > 1;
        }
        if (lost) {
            list();
        } else {
            watch();
        }
    }

    private void resume(boolean later, String reason, Runnable next) {
        if (later) {
            again(reason, "", next);
        } else {
            next.run();
        }
    }

    // ---- faults

    private void faulted(Throwable thrown, Runnable next) {
        client.lost();
        Optional<Duration> limit = client.policy().limit(thrown);
        boolean hopeless = limit.isEmpty()
                && Causes.find(thrown, java.io.IOException.class).isPresent();
        if (hopeless) {
            fail(ClusterErrors.as(thrown)
                    .orElseGet(() -> ClusterErrors.unreachable(request(), client.server(), thrown, Duration.ZERO)));
        } else {
            again(Causes.words(thrown), "", next);
        }
    }

    private void refused(ApiRequest request, ApiReply reply, Runnable next) {
        Optional<Duration> limit = client.policy().limit(request, reply, scheduler.now(), client.lastLoss());
        boolean serverIsAway = reply.code() == 429 || reply.code() >= 500;
        boolean spent;
        synchronized (this) {
            spent = failingSince != null
                    && limit.isPresent()
                    && failingSince.plus(limit.get()).isBefore(scheduler.now());
        }
        if (limit.isEmpty() || spent && !serverIsAway) {
            fail(ClusterErrors.refusal(request, client.server(), reply));
        } else {
            again(reply.words(), reply.retryAfter(), next);
        }
    }

    private void again(String reason, String retryAfter, Runnable next) {
        Duration delay;
        synchronized (this) {
            if (stopped) {
                return;
            }
            failingSince = failingSince == null ? scheduler.now() : failingSince;
            delay = client.policy().delay(failures++, retryAfter);
            if (failures > 1) {
                objects.disconnect();
            }
            timer.cancel();
            timer = scheduler.after(delay, next);
        }
        objects.tell(new ProgressEvent.Retrying(attempted, reason, delay));
    }

    // Held by the caller: this object's lock
    private void recovered() {
        failures = 0;
        failingSince = null;
    }

    private void fail(RuntimeException reason) {
        synchronized (this) {
            stopped = true;
            timer.cancel();
        }
        objects.fail(reason);
    }

    private ApiRequest request() {
        return ApiRequest.get(path, attempted, "")
                .with("labelSelector", selection.labelSelector())
                .with("fieldSelector", selection.fieldSelector());
    }
}
