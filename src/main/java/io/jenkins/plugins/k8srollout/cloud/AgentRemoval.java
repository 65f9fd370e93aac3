package io.jenkins.plugins.k8srollout.cloud;

import hudson.model.Computer;
import hudson.model.Queue;
import io.jenkins.plugins.k8srollout.run.EngineServices;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Lets agents go: on a thread of its own, because nodes are removed under the queue's lock. */
final class AgentRemoval {
    private static final Logger LOGGER = Logger.getLogger(AgentRemoval.class.getName());

    private AgentRemoval() {}

    /** Removes agent and pod, which takes no build from now on; a second time does nothing. */
    static void remove(AgentPodNode node) {
        if (!node.isOver()) {
            node.markOver();
            EngineServices.get().submit(() -> removeNow(node));
        }
    }

    /** As {@link #remove}, on this thread. */
    static void removeNow(AgentPodNode node) {
        node.markOver();
        try {
            node.terminate();
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "Agent " + node.getNodeName() + " is still in the list", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets those go that shall, at once or after the build they have; others stay. */
    static void retire(Predicate<AgentPodNode> gone) {
        // Under the lock no build can be given to an agent between the look and the decision.
        Queue.runWithLock(() -> AgentPodNode.all().forEach(node -> {
            Computer computer = node.toComputer();
            node.retire(gone.test(node));
            if (node.isRetired() && (computer == null || computer.isIdle())) {
                remove(node);
            }
        }));
    }

    static void save(AgentPodNode node) {
        EngineServices.get().submit(() -> {
            try {
                if (AgentPodNode.named(node.getNodeName()).isPresent()) {
                    node.save();
                }
            } catch (IOException e) {
                LOGGER.log(Level.WARNING, "The count of builds of " + node.getNodeName() + " is not kept", e);
            }
        });
    }

    /** Tells a new room about an agent of an old one. */
    static void relaunch(AgentPodNode node) {
        Computer computer = node.toComputer();
        if (computer instanceof AgentPodComputer own) {
            AgentRooms.get().launch(node, own);
        }
    }

    /** A build that waited was cancelled: its agent serves another one that waits, or goes. */
    static void surplus(long item) {
        // Under the lock no build can be given to an agent between the look and the decision.
        Queue.runWithLock(() -> AgentPodNode.all()
                .filter(n -> n.queueItem() == item && n.isPending())
                .forEach(AgentRemoval::passOn));
    }

    private static void passOn(AgentPodNode node) {
        Optional<Queue.BuildableItem> other = Provisioning.unclaimed(i ->
                        i.getAssignedLabel() != null && i.getAssignedLabel().contains(node))
                .findFirst();
        other.ifPresentOrElse(i -> node.serve(i.getId(), i.getInQueueSince()), () -> remove(node));
    }
}
