package io.jenkins.plugins.k8srollout.cloud;

import hudson.model.Computer;
import hudson.model.Label;
import hudson.model.Node;
import hudson.slaves.Cloud;
import java.util.function.BiPredicate;
import jenkins.model.Jenkins;

/** Who else serves a label, when a template of ours cannot: then a build that waits goes on waiting. */
final class LabelSupply {
    private LabelSupply() {}

    /** Whether agents or clouds that are not ours serve it, busy ones as well, or agents of ours that are online and may have more builds. */
    static boolean hasOthers(Label label) {
        for (Node node : label.getNodes()) {
            if (!(node instanceof AgentPodNode own)
                    || !own.isOver() && !own.use().isUp() && isOnline(own)) {
                return true;
            }
        }
        Cloud.CloudState state = new Cloud.CloudState(label, 0);
        return Jenkins.get().clouds.stream().anyMatch(c -> !(c instanceof AgentPodCloud) && c.canProvision(state));
    }

    private static boolean isOnline(AgentPodNode node) {
        Computer computer = node.toComputer();
        return computer != null && computer.isOnline();
    }

    /** Whether anything serves it besides this template and those that are held. */
    static boolean hasOthersThan(String cloud, String template, Label label) {
        BiPredicate<AgentPodCloud, AgentPodTemplate> another =
                (c, t) -> !(c.name.equals(cloud) && t.getName().equals(template));
        return hasOthers(label)
                || AgentPodCloud.ours().anyMatch(c -> c.templatesFor(t -> t.serves(label)
                                && another.test(c, t)
                                && !TemplateHolds.get().isHeld(c, t))
                        .findAny()
                        .isPresent());
    }
}
