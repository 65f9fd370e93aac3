package io.jenkins.plugins.k8srollout.cloud;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.model.Computer;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.queue.CauseOfBlockage;
import hudson.model.queue.QueueTaskDispatcher;
import hudson.slaves.Cloud;
import java.util.List;
import java.util.Optional;
import jenkins.model.Jenkins;

/** A build that only held templates could serve waits, and says why. */
@Extension
public class HeldBuilds extends QueueTaskDispatcher {
    @Override
    public CauseOfBlockage canRun(Queue.Item item) {
        Label label = item.getAssignedLabel();
        if (label == null || !Provisioning.isOurs(label) || othersServe(label)) {
            return null;
        }
        return reason(label).map(Held::new).orElse(null);
    }

    private static boolean othersServe(Label label) {
        for (Node node : label.getNodes()) {
            if (!(node instanceof AgentPodNode own) || !own.isOver() && isOnline(own.toComputer())) {
                return true;
            }
        }
        Cloud.CloudState state = new Cloud.CloudState(label, 0);
        return Jenkins.get().clouds.stream().anyMatch(c -> !(c instanceof AgentPodCloud) && c.canProvision(state));
    }

    private static boolean isOnline(@CheckForNull Computer computer) {
        return computer != null && computer.isOnline();
    }

    private static Optional<String> reason(Label label) {
        List<Optional<String>> reasons = AgentPodCloud.ours()
                .flatMap(c -> c.templatesFor(t -> t.serves(label))
                        .map(t -> TemplateHolds.get().reason(c, t)))
                .toList();
        boolean allHeld = !reasons.isEmpty() && reasons.stream().allMatch(Optional::isPresent);
        return allHeld ? reasons.get(0) : Optional.empty();
    }

    private static final class Held extends CauseOfBlockage {
        private final String reason;

        private Held(String reason) {
            this.reason = reason;
        }

        @Override
        public String getShortDescription() {
            return Messages.HeldBuilds_reason(reason);
        }
    }
}
