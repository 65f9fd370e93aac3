package io.jenkins.plugins.k8srollout.cloud;

import hudson.Extension;
import hudson.model.Computer;
import hudson.model.Descriptor.FormException;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.Slave;
import hudson.model.TaskListener;
import hudson.model.queue.CauseOfBlockage;
import hudson.slaves.AbstractCloudSlave;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import jenkins.model.Jenkins;

/**
 * An agent whose name is that of its pod. It is kept on disk, so that a restarted controller knows its agents, and builds
 * go on in them.
 */
public class AgentPodNode extends AbstractCloudSlave {
    private static final long serialVersionUID = 1L;

    // By name: cloud and template may be configured anew while the agent lives.
    private final String cloud;
    private final String template;
    private final AgentUse use;
    private final long requestedAt;

    // The build whose wait has caused the agent; after a restart nobody needs it any more.
    private transient volatile long queueItem;
    private transient volatile long queuedAt;
    /** Whether this process has made it, so that its pod is still to be asked for; false after a restart. */
    private transient boolean fresh;
    /** Whether it will not be used any more. */
    private transient volatile boolean over;
    /** Whether it shall go, but not before its build has ended. */
    private transient volatile boolean retired;
    /** Whether this process has seen it connected. */
    private transient volatile boolean met;

    AgentPodNode(String name, AgentPodCloud cloud, AgentPodTemplate template) throws FormException, IOException {
        super(name, template.getWorkDir(), new AgentPodLauncher());
        this.cloud = cloud.name;
        this.template = template.getName();
        this.use = new AgentUse(template.getBuildsPerPod(), template.getIdleMinutes());
        this.requestedAt = System.currentTimeMillis();
        this.fresh = true;
        setNumExecutors(1);
        setMode(Mode.EXCLUSIVE);
        setLabelString(template.labels());
        setRetentionStrategy(new AgentPodRetention());
    }

    public String getCloud() {
        return cloud;
    }

    public String getTemplate() {
        return template;
    }

    AgentUse use() {
        return use;
    }

    long requestedAt() {
        return requestedAt;
    }

    /** The queue's id of the build that has caused it; 0 if there is none. */
    long queueItem() {
        return queueItem;
    }

    long queuedAt() {
        return queuedAt;
    }

    void serve(long item, long since) {
        queueItem = item;
        queuedAt = since;
    }

    /** True once, for the process that has made it. */
    synchronized boolean takeFresh() {
        boolean taken = fresh;
        fresh = false;
        return taken;
    }

    boolean isOver() {
        return over;
    }

    void markOver() {
        over = true;
    }

    void markMet() {
        met = true;
    }

    boolean wasMet() {
        return met;
    }

    /**
     * Whether it is on its way, so that a build may count on it. One that has lost its connection or was taken out of
     * service is not, nor one whose pod nobody follows: it may never come.
     */
    boolean isPending() {
        Computer computer = toComputer();
        boolean free =
                computer == null || computer.isOffline() && !computer.isTemporarilyOffline() && computer.isIdle();
        return !over && !met && !use.isUp() && free && AgentRooms.get().follows(this);
    }

    /** One that is being removed, or shall be, takes no build, also while Jenkins still lists it. */
    @Override
    public boolean isAcceptingTasks() {
        return !over && !retired && super.isAcceptingTasks();
    }

    @Override
    public CauseOfBlockage canTake(Queue.BuildableItem item) {
        CauseOfBlockage other = super.canTake(item);
        boolean allowed = other != null
                || AgentPodCloud.named(cloud)
                        .map(c -> FolderLimits.allow(c, item.task))
                        .orElse(true);
        return allowed ? other : CauseOfBlockage.fromMessage(Messages._AgentPodNode_otherFolders(cloud));
    }

    /** Whether it goes after the build that it has. */
    boolean isRetired() {
        return retired;
    }

    void retire(boolean value) {
        retired = value;
    }

    static Stream<AgentPodNode> all() {
        List<Node> nodes = Jenkins.get().getNodes();
        return nodes.stream().filter(AgentPodNode.class::isInstance).map(AgentPodNode.class::cast);
    }

    static Optional<AgentPodNode> named(String name) {
        return Optional.ofNullable(Jenkins.get().getNode(name))
                .filter(AgentPodNode.class::isInstance)
                .map(AgentPodNode.class::cast);
    }

    @Override
    public AgentPodComputer createComputer() {
        return new AgentPodComputer(this);
    }

    @Override
    protected void _terminate(TaskListener listener) {
        over = true;
        AgentRooms.get().end(this);
    }

    // The base class compares names; fields that differ are no other agent.
    @Override
    public boolean equals(Object other) {
        return super.equals(other);
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }

    /** Not made by hand. */
    @Extension
    public static class DescriptorImpl extends Slave.SlaveDescriptor {
        @Override
        public String getDisplayName() {
            return Messages.AgentPodNode_displayName();
        }

        @Override
        public boolean isInstantiable() {
            return false;
        }
    }
}
