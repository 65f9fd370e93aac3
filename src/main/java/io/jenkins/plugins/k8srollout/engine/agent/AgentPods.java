package io.jenkins.plugins.k8srollout.engine.agent;

import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodFactory;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodStatus;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.logging.Logger;

/**
 * The agent pods of one controller in one namespace, of all its clouds there. Thread-safe; no method waits.
 *
 * <p>The caps hold always: a place is reserved before its pod is asked for, it is free again only when the cluster says
 * that the pod is gone, and nothing is reserved before the cluster has shown what is there already.
 *
 * <p>A pod that bears the controller's label and belongs to no known agent is an orphan and removed, as soon as the
 * lease says that no other process speaks for the controller.
 */
public final class AgentPods implements AutoCloseable {
    private static final Logger LOGGER = Logger.getLogger(AgentPods.class.getName());

    private final AgentSettings settings;
    private final ClusterPort port;
    private final Scheduler scheduler;
    private final PodFeed feed;
    private final EventFeed events;
    private final ControllerLease lease;
    private final Outbox outbox;
    private final PodCalls calls;
    private final Orphans orphans;

    // Guarded by this.
    private final AgentTable table = new AgentTable();
    private boolean closed;

    /** One agent, for people to look at. */
    public record View(String agent, AgentLimits limits, AgentPodStatus status, Instant since) {}

    /**
     * @param port stays the caller's, who closes it after this
     * @param known whether an agent of this name is known, though perhaps not yet to this object; must not block
     * @param room called on a worker when more agents may be possible than before
     */
    public AgentPods(
            AgentSettings settings, ClusterPort port, Scheduler scheduler, Predicate<String> known, Runnable room) {
        this.settings = settings;
        this.port = port;
        this.scheduler = scheduler;
        this.outbox = new Outbox(scheduler, room);
        this.calls = new PodCalls(port, scheduler);
        this.feed = new PodFeed(settings, port, scheduler, new FeedListener());
        this.events = new EventFeed(settings.namespace(), port, scheduler, this::look);
        this.lease = new ControllerLease(
                settings.namespace(), settings.controller(), settings.process(), port, scheduler, this::sweep);
        this.orphans = new Orphans(port, known, lease);
    }

    /** Begins to watch and to remove orphans. */
    public void open() {
        feed.open();
        lease.start();
    }

    /** What keeps the pods from being seen; empty while all is well. */
    public Optional<Problem> trouble() {
        return feed.trouble();
    }

    public synchronized List<View> views() {
        return table.agents().stream()
                .map(a -> new View(a.name, a.limits, a.status, a.since))
                .toList();
    }

    /** How many more agents could be reserved now; none before the cluster has shown what there is. */
    public synchronized int free(AgentLimits limits) {
        return feed.isSynced() && !closed ? table.free(limits) : 0;
    }

    /**
     * Takes a place under the caps, for an agent that is to be started, or ended, soon.
     *
     * @return false if there is none
     */
    public synchronized boolean reserve(String agent, AgentLimits limits) {
        if (free(limits) == 0) {
            return false;
        }
        table.add(new Agent(agent, limits, scheduler.now(), false));
        return true;
    }

    /**
     * Makes the pod of an agent whose place is reserved; one that was started already is left as it is.
     *
     * @return false if no place is reserved, or not any more: nothing is done, and nothing will be told
     */
    public boolean start(AgentRequest request, AgentListener listener) {
        synchronized (this) {
            Agent agent = table.agent(request.agent()).orElse(null);
            if (agent == null || agent.ending || agent.asked) {
                return agent != null && !agent.ending;
            }
            agent.asked = true;
            agent.creating = true;
            agent.listener = Optional.of(listener);
            tell(agent);
            look(agent);
        }
        outbox.flush();
        scheduler.offload(() -> create(request));
        return true;
    }

    /** Takes over an agent that an earlier process has started; if its pod is gone the listener is told so. */
    public void adopt(String name, AgentLimits limits, AgentListener listener) {
        synchronized (this) {
            Agent agent = table.agent(name).orElseGet(() -> table.add(new Agent(name, limits, scheduler.now(), true)));
            agent.asked = true;
            agent.listener = Optional.of(listener);
            if (feed.isSynced() && table.pod(name).isEmpty()) {
                confirm(agent);
            } else {
                look(agent);
            }
        }
        outbox.flush();
    }

    /** The agent has connected or has lost its connection; of an unknown agent it is ignored. */
    public void connected(String name, boolean value) {
        with(name, agent -> {
            agent.connected = value;
            agent.wasConnected |= value;
            agent.adopted &= !value;
            // A lost connection may be made anew, by an agent that finds its controller again: counted from now.
            agent.running = Optional.empty();
        });
    }

    /** A build has begun or ended on the agent. */
    public void busy(String name, boolean value) {
        with(name, agent -> agent.busy = value);
    }

    /** Removes the agent's pod; its listener hears no more. */
    public void end(String name) {
        with(name, agent -> {
            if (!agent.ending) {
                agent.ending = true;
                agent.listener = Optional.empty();
                agent.timer.cancel();
                if (!agent.asked) {
                    forget(agent);
                } else if (!agent.creating) {
                    delete(agent);
                }
            }
        });
    }

    private void with(String name, Consumer<Agent> change) {
        synchronized (this) {
            table.agent(name).ifPresent(agent -> {
                change.accept(agent);
                look(agent);
            });
        }
        outbox.flush();
    }

    /** Ends watch and lease, so that another process may go on at once. The pods stay. Makes one request. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            table.agents().forEach(a -> a.timer.cancel());
        }
        events.want(false);
        calls.close();
        feed.close();
        lease.close();
    }

    // ---- requests: on a caller, without the lock

    private void create(AgentRequest request) {
        PodCreation creation = PodCreation.attempt(port, request);
        synchronized (this) {
            table.agent(request.agent()).ifPresent(agent -> created(agent, creation));
        }
        outbox.flush();
    }

    private void created(Agent agent, PodCreation creation) {
        agent.creating = false;
        creation.pod()
                .filter(p -> !agent.gone && table.pod(agent.name).isEmpty())
                .ifPresent(table::show);
        creation.refusal().filter(r -> !agent.ending).ifPresent(r -> over(agent, r));
        if (agent.gone) {
            vanished(agent, "");
        } else if (!creation.mayExist()) {
            forget(agent);
        } else if (agent.ending || agent.over) {
            delete(agent);
        } else {
            look(agent);
            if (agent.unlisted) {
                confirm(agent);
            }
        }
    }

    private synchronized void delete(Agent agent) {
        if (agent.adopted && !lease.isHeld()) {
            // To a copy the original's agents seem to be lost. What nobody needs is an orphan to the lease's holder.
            forget(agent);
        } else {
            calls.remove(ref(agent), () -> removed(agent));
        }
    }

    private void removed(Agent agent) {
        synchronized (this) {
            if (table.pod(agent.name).isEmpty()) {
                forget(agent);
            }
        }
        outbox.flush();
    }

    /** A list does not show what was made while it was on its way, so the cluster is asked for the pod itself. */
    private void confirm(Agent agent) {
        if (agent.asking) {
            return;
        }
        agent.asking = true;
        calls.find(ref(agent), pod -> {
            synchronized (this) {
                agent.asking = false;
                if (table.agent(agent.name).filter(agent::equals).isPresent()) {
                    pod.ifPresentOrElse(p -> seen(agent, p), () -> vanished(agent, ""));
                }
            }
            outbox.flush();
        });
    }

    private void sweep() {
        orphans.remove(unknownPods());
    }

    private synchronized List<KubeObject> unknownPods() {
        return feed.isSynced() && !closed ? table.unknownPods() : List.of();
    }

    // ---- news

    private final class FeedListener implements PodFeed.Listener {
        @Override
        public void shown(KubeObject pod) {
            synchronized (AgentPods.this) {
                table.show(pod);
                table.agent(pod.name()).ifPresent(a -> seen(a, pod));
            }
            outbox.flush();
        }

        @Override
        public void gone(KubeObject pod) {
            synchronized (AgentPods.this) {
                table.hide(pod.name());
                table.agent(pod.name()).ifPresent(a -> vanished(a, AgentVerdict.why(pod)));
                outbox.room();
            }
            outbox.flush();
        }

        @Override
        public void synced(Set<String> names) {
            synchronized (AgentPods.this) {
                table.retain(names);
                table.agents().stream()
                        .filter(a -> a.asked && !names.contains(a.name))
                        .forEach(AgentPods.this::unlisted);
                outbox.room();
            }
            outbox.flush();
            scheduler.offload(AgentPods.this::sweep);
        }
    }

    private void seen(Agent agent, KubeObject pod) {
        agent.unlisted = false;
        table.show(pod);
        look(agent);
    }

    private void unlisted(Agent agent) {
        agent.unlisted = true;
        if (!agent.creating) {
            confirm(agent);
        }
    }

    private void look(String name) {
        with(name, agent -> {});
    }

    /** Draws the conclusions from all that is known of an agent. */
    private void look(Agent agent) {
        if (agent.over || agent.listener.isEmpty()) {
            return;
        }
        Optional<KubeObject> pod = table.pod(agent.name);
        AgentVerdict verdict = AgentVerdict.of(agent, pod, events.of(agent.name), settings, feed.times());
        if (!verdict.status().equals(agent.status)) {
            agent.status = verdict.status();
            tell(agent);
        }
        verdict.waiting().filter(c -> !agent.toldCause.equals(c.code())).ifPresent(cause -> {
            agent.toldCause = cause.code();
            agent.listener.ifPresent(l -> outbox.put(() -> l.waiting(cause)));
        });
        agent.timer.cancel();
        verdict.lookAgain()
                .ifPresent(time ->
                        agent.timer = scheduler.after(Duration.between(scheduler.now(), time), () -> look(agent.name)));
        verdict.ending().ifPresent(ending -> {
            agent.over = true;
            LastWords words = new LastWords(port, pod, ending.container());
            scheduler.offload(() -> finish(agent, ending.words().apply(words.fetch())));
        });
        watchEvents();
    }

    private void watchEvents() {
        Instant now = scheduler.now();
        events.want(!closed
                && table.agents().stream()
                        .anyMatch(a -> !a.over && a.status.state().isStarting() && a.isSlow(now)));
    }

    private void finish(Agent agent, AgentEnd end) {
        synchronized (this) {
            over(agent, end);
            delete(agent);
        }
        outbox.flush();
    }

    private void vanished(Agent agent, String why) {
        agent.gone = true;
        table.hide(agent.name);
        if (agent.creating) {
            return;
        }
        if (!agent.over && !agent.ending) {
            over(agent, AgentEnd.deleted(ref(agent), why, agent.wasConnected || agent.connected));
        }
        forget(agent);
    }

    private void over(Agent agent, AgentEnd end) {
        agent.over = true;
        agent.timer.cancel();
        agent.listener.ifPresent(l -> outbox.put(() -> l.ended(end)));
        agent.listener = Optional.empty();
    }

    private void forget(Agent agent) {
        agent.timer.cancel();
        table.remove(agent);
        outbox.room();
        watchEvents();
    }

    private void tell(Agent agent) {
        Duration age = Duration.between(agent.since, scheduler.now());
        AgentPodStatus status = agent.status;
        agent.listener.ifPresent(l -> outbox.put(() -> l.changed(status, age)));
    }

    private ObjectRef ref(Agent agent) {
        return AgentPodFactory.ref(settings.namespace(), agent.name);
    }
}
