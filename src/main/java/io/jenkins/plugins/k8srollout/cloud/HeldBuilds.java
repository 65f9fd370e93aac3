package io.jenkins.plugins.k8srollout.cloud;

import hudson.Extension;
import hudson.model.Label;
import hudson.model.Queue;
import hudson.model.queue.CauseOfBlockage;
import hudson.model.queue.QueueTaskDispatcher;
import java.util.List;
import java.util.Optional;

/** A build that only held templates could serve waits, and says why. */
@Extension
public class HeldBuilds extends QueueTaskDispatcher {
    @Override
    public CauseOfBlockage canRun(Queue.Item item) {
        Label label = item.getAssignedLabel();
        if (label == null || !Provisioning.isOurs(label) || LabelSupply.hasOthers(label)) {
            return null;
        }
        return reason(label).map(Held::new).orElse(null);
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
