package io.jenkins.plugins.k8srollout.cloud;

import hudson.model.Descriptor.FormException;
import hudson.model.Label;
import hudson.model.Queue;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.k8srollout.engine.agent.AgentLimits;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentNames;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.run.EngineServices;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jenkins.model.Jenkins;

/** From builds that wait to agents that are on their way. */
final class Provisioning {
    private static final Logger LOGGER = Logger.getLogger(Provisioning.class.getName());

    private Provisioning() {}

    /**
     * Agents for builds of a label, as many as caps and holds allow; their places are reserved, their pods not yet asked
     * for: that happens when they are added to Jenkins.
     *
     * @param most how many are needed
     */
    static List<AgentPodNode> plan(AgentPodCloud cloud, Label label, int most) {
        List<AgentPodNode> planned = new ArrayList<>();
        if (Jenkins.get().isQuietingDown()) {
            return planned; // no build would begin on them
        }
        try {
            List<Queue.BuildableItem> allowed = unclaimed(i -> label.equals(i.getAssignedLabel()))
                    .filter(i -> FolderLimits.allow(cloud, i.task))
                    .toList();
            int wanted = FolderLimits.apply(cloud) ? Math.min(most, allowed.size()) : most;
            Iterator<Queue.BuildableItem> waiting = allowed.iterator();
            List<AgentPodTemplate> templates = cloud.templatesFor(
                            t -> t.serves(label) && !TemplateHolds.get().isHeld(cloud, t))
                    .toList();
            for (AgentPodTemplate template : templates) {
                if (planned.size() < wanted && isFit(cloud, template, label)) {
                    plan(cloud, template, wanted, waiting, planned);
                }
            }
        } catch (ReleaseException e) {
            LOGGER.log(Level.WARNING, "Cloud {0} makes no agents: {1}", new Object[] {cloud.name, e.getMessage()});
        }
        return planned;
    }

    private static void plan(
            AgentPodCloud cloud,
            AgentPodTemplate template,
            int most,
            Iterator<Queue.BuildableItem> waiting,
            List<AgentPodNode> planned) {
        AgentLimits limits = cloud.limits(template);
        while (planned.size() < most) {
            String name = AgentNames.of(
                    template.getName(), ThreadLocalRandom.current().nextLong());
            if (!AgentRooms.get().reserve(cloud, name, limits)) {
                return;
            }
            try {
                AgentPodNode node = new AgentPodNode(name, cloud, template);
                if (waiting.hasNext()) {
                    Queue.BuildableItem item = waiting.next();
                    node.serve(item.getId(), item.getInQueueSince());
                }
                planned.add(node);
            } catch (FormException | IOException e) {
                LOGGER.log(Level.WARNING, "No agent can be made of template " + template.getName(), e);
                AgentRooms.get().end(name);
                return;
            }
        }
    }

    /**
     * A template that cannot be read makes no agents. It ends the requests of those that wait, unless somebody else may
     * serve them.
     */
    private static boolean isFit(AgentPodCloud cloud, AgentPodTemplate template, Label label) {
        try {
            PodRequests.pod("x", "x", "x", cloud, template);
            return true;
        } catch (ReleaseException e) {
            Problem problem = e.problem();
            TemplateHolds.get().hold(cloud.name, template.getName(), problem.sentence());
            if (!LabelSupply.hasOthersThan(cloud.name, template.getName(), label)) {
                unclaimed(i -> label.equals(i.getAssignedLabel()))
                        .filter(i -> FolderLimits.allow(cloud, i.task))
                        .map(Queue.Item::getId)
                        .toList()
                        .forEach(id -> WaitingBuild.fail(id, problem));
            }
            return false;
        }
    }

    /** Builds that wait and have no agent on its way for them, the oldest first. */
    static Stream<Queue.BuildableItem> unclaimed(Predicate<Queue.BuildableItem> wanted) {
        Set<Long> claimed = AgentPodNode.all()
                .filter(AgentPodNode::isPending)
                .map(AgentPodNode::queueItem)
                .collect(Collectors.toSet());
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            return Queue.getInstance().getBuildableItems().stream()
                    .filter(i -> !claimed.contains(i.getId()) && wanted.test(i))
                    .toList()
                    .stream();
        }
    }

    /** Whether the agent is on its way for a build that still waits, and not among those of this label. */
    static boolean isForOthers(AgentPodNode node, Label label) {
        Queue.Item item = node.queueItem() == 0 ? null : Queue.getInstance().getItem(node.queueItem());
        return item != null && !label.equals(item.getAssignedLabel());
    }

    /** A build has begun to wait, or there may be room for agents that could not be made before. */
    static void reviewSoon() {
        EngineServices.get().submit(() -> {
            // What the queue is about to show is shown when its lock is free; an earlier review would not see it.
            Queue.runWithLock(() -> {});
            unclaimed(i -> isOurs(i.getAssignedLabel()))
                    .map(Queue.Item::getAssignedLabel)
                    .distinct()
                    .forEach(label -> label.nodeProvisioner.suggestReviewNow());
        });
    }

    static boolean isOurs(Label label) {
        return label != null
                && AgentPodCloud.ours()
                        .anyMatch(c ->
                                c.templatesFor(t -> t.serves(label)).findAny().isPresent());
    }
}
