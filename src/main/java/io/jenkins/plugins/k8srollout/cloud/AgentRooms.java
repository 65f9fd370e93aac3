package io.jenkins.plugins.k8srollout.cloud;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.init.Terminator;
import io.jenkins.plugins.k8srollout.engine.agent.AgentEnd;
import io.jenkins.plugins.k8srollout.engine.agent.AgentLimits;
import io.jenkins.plugins.k8srollout.engine.agent.AgentPods;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.run.EngineServices;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The agents' pods, one {@link AgentPods} for each cluster and namespace that clouds use. Opened when Jenkins has started,
 * so that orphans are found without anybody asking for an agent; opened anew when access has changed.
 */
@Extension
public class AgentRooms {
    private static final Logger LOGGER = Logger.getLogger(AgentRooms.class.getName());

    private final String process = UUID.randomUUID().toString();

    // Guarded by this.
    private final Map<String, AgentRoom> rooms = new HashMap<>();
    private boolean closed;

    /** Who follows an agent, from the moment its place is reserved. */
    private final Map<String, AgentPods> byAgent = new ConcurrentHashMap<>();

    public static AgentRooms get() {
        return ExtensionList.lookupSingleton(AgentRooms.class);
    }

    /** @throws ReleaseException if the cluster or its credentials are not configured */
    AgentPods pods(AgentPodCloud cloud) {
        return room(cloud).pods();
    }

    private synchronized AgentRoom room(AgentPodCloud cloud) {
        if (closed) {
            throw new ReleaseException(new Problem(
                    Problem.Kind.INTERRUPTED, "make agent pods", cloud.name, "Jenkins is about to end", ""));
        }
        AgentRoom room = rooms.get(key(cloud));
        if (room == null) {
            room = AgentRoom.open(cloud, process);
            rooms.put(key(cloud), room);
        }
        return room;
    }

    /** For tests: the cloud's cluster is this one. */
    synchronized void use(AgentPodCloud cloud, String namespace, ClusterPort port) {
        rooms.put(key(cloud), AgentRoom.open(Optional.empty(), Optional.empty(), namespace, port, process));
    }

    private static String key(AgentPodCloud cloud) {
        return cloud.getCluster() + "\n" + cloud.getNamespace();
    }

    String trouble(AgentPodCloud cloud) {
        try {
            return pods(cloud).trouble().map(Problem::sentence).orElse("");
        } catch (ReleaseException e) {
            return e.getMessage();
        }
    }

    /**
     * Takes a place for an agent that is to be added to Jenkins soon, or ended.
     *
     * @return false if there is none
     * @throws ReleaseException if the cluster or its credentials are not configured
     */
    boolean reserve(AgentPodCloud cloud, String agent, AgentLimits limits) {
        AgentPods pods = pods(cloud);
        boolean reserved = pods.reserve(agent, limits);
        if (reserved) {
            byAgent.put(agent, pods);
        }
        return reserved;
    }

    /** Asks for the pod of a new agent, or finds that of one from before a restart. */
    void launch(AgentPodNode node, AgentPodComputer computer) {
        AgentFollower follower = new AgentFollower(node.getNodeName());
        boolean fresh = node.takeFresh();
        try {
            AgentPodCloud cloud = AgentPodCloud.named(node.getCloud())
                    .orElseThrow(() -> ReleaseException.refused(
                            "find the agent's cloud", node.getCloud(), "it is not configured any more", ""));
            AgentRoom room = room(cloud);
            if (!fresh) {
                byAgent.put(node.getNodeName(), room.pods());
                room.pods().adopt(node.getNodeName(), AgentLaunch.limits(cloud, node), follower);
                // It may have come before anybody followed it.
                connected(node, computer.isOnline());
                busy(node, !computer.isIdle());
            } else if (!room.pods().start(AgentLaunch.request(node, computer, cloud, room), follower)
                    && !node.isOver()) {
                follower.ended(new AgentEnd(AgentLaunch.superseded(node), true, false));
            }
            if (node.isOver()) {
                end(node);
            }
        } catch (ReleaseException e) {
            if (fresh) {
                follower.refused(e.problem());
            } else {
                // A build may run there; the agent is taken over when the configuration is mended.
                computer.remark(e.getMessage());
            }
        }
    }

    void connected(AgentPodNode node, boolean value) {
        of(node).ifPresent(pods -> pods.connected(node.getNodeName(), value));
    }

    void busy(AgentPodNode node, boolean value) {
        of(node).ifPresent(pods -> pods.busy(node.getNodeName(), value));
    }

    void end(AgentPodNode node) {
        end(node.getNodeName());
    }

    /** Removes the agent's pod, or gives its reserved place back. */
    void end(String agent) {
        Optional.ofNullable(byAgent.remove(agent)).ifPresent(pods -> pods.end(agent));
    }

    /** Whether somebody follows the agent's pod, or keeps a place for it. */
    boolean follows(AgentPodNode node) {
        return of(node).isPresent();
    }

    private Optional<AgentPods> of(AgentPodNode node) {
        return Optional.ofNullable(byAgent.get(node.getNodeName()));
    }

    /** Follows a change of the configuration: agents of clouds that are gone go with them, changed access is used. */
    void refresh() {
        AgentRemoval.retire(n -> AgentPodCloud.named(n.getCloud()).isEmpty());
        AgentPodCloud.ours().forEach(cloud -> {
            try {
                refresh(cloud);
            } catch (ReleaseException e) {
                LOGGER.log(Level.WARNING, "Cloud {0} makes no agents: {1}", new Object[] {cloud.name, e.getMessage()});
            }
        });
        AgentPodNode.all().filter(n -> !n.isOver() && of(n).isEmpty()).forEach(AgentRemoval::relaunch);
        Provisioning.reviewSoon();
    }

    private void refresh(AgentPodCloud cloud) {
        AgentRoom old;
        synchronized (this) {
            old = rooms.get(key(cloud));
            if (old != null && (old.access().isEmpty() || old.access().get().equals(AgentRoom.access(cloud)))) {
                return;
            }
            rooms.remove(key(cloud));
            room(cloud);
        }
        if (old != null) {
            old.close();
            AgentPods gone = old.pods();
            AgentPodNode.all()
                    .filter(n -> of(n).filter(gone::equals).isPresent())
                    .forEach(AgentRemoval::relaunch);
        }
    }

    @Initializer(after = InitMilestone.JOB_CONFIG_ADAPTED)
    public static void open() {
        EngineServices.get().submit(() -> get().refresh());
    }

    /** Before connections to clusters are closed: the leases are given back, the pods stay. */
    @Terminator(attains = EngineServices.USERS_CLOSED)
    public static void close() {
        AgentRooms rooms = ExtensionList.lookup(AgentRooms.class).get(AgentRooms.class);
        if (rooms != null) {
            List<AgentRoom> open;
            synchronized (rooms) {
                rooms.closed = true;
                open = new ArrayList<>(rooms.rooms.values());
            }
            open.forEach(AgentRoom::close);
        }
    }
}
