package io.jenkins.plugins.k8srollout.cloud;

import hudson.model.Executor;
import hudson.model.Label;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.k8srollout.engine.agent.AgentEnd;
import io.jenkins.plugins.k8srollout.engine.agent.AgentListener;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodStatus;
import io.jenkins.plugins.k8srollout.engine.event.ProgressText;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.run.EngineServices;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.InterruptedBuildAction;

/**
 * Tells what happens to an agent's pod to the agent's page and log and to the log of the build that waits, and draws
 * Jenkins' conclusions when it is no more.
 */
final class AgentFollower implements AgentListener {
    private static final Logger LOGGER = Logger.getLogger(AgentFollower.class.getName());
    private static final int PATIENCE_SECONDS = 10;

    private final String agent;

    AgentFollower(String agent) {
        this.agent = agent;
    }

    @Override
    public void changed(AgentPodStatus status, Duration age) {
        String line = "agent    " + agent + ": " + status + " (" + ProgressText.took(age) + ")";
        computer().ifPresent(c -> c.changed(status, line));
        if (status.state().isStarting()) {
            tellBuild(line);
        }
    }

    @Override
    public void waiting(Health.Cause cause) {
        String line = "agent    " + agent + " waits: " + cause.summary()
                + (cause.remedy().isEmpty() ? "" : "\n         -> " + cause.remedy());
        computer().ifPresent(c -> c.remark(line));
        tellBuild(line);
    }

    @Override
    public void ended(AgentEnd end) {
        EngineServices.get().submit(() -> conclude(end));
    }

    /** No pod could even be asked for. */
    void refused(Problem problem) {
        ended(new AgentEnd(problem, false, false));
    }

    private void tellBuild(String line) {
        AgentPodNode.named(agent).map(AgentPodNode::queueItem).ifPresent(item -> WaitingBuild.log(item, line));
    }

    private Optional<AgentPodComputer> computer() {
        return AgentPodNode.named(agent)
                .map(AgentPodNode::toComputer)
                .filter(AgentPodComputer.class::isInstance)
                .map(AgentPodComputer.class::cast);
    }

    private void conclude(AgentEnd end) {
        Optional<AgentPodNode> found = AgentPodNode.named(agent);
        if (found.isEmpty()) {
            return;
        }
        AgentPodNode node = found.get();
        String sentence = end.problem().sentence();
        LOGGER.log(Level.WARNING, sentence);
        Optional<AgentPodComputer> computer = computer();
        computer.ifPresent(c -> c.remark(sentence));
        if (!end.wasConnected() && computer.filter(AgentPodComputer::isIdle).isPresent()) {
            // In this order: a template that is not held yet would make another pod for the same build.
            if (!end.passing()) {
                giveUp(node, end.problem());
            }
            TemplateHolds.get()
                    .hold(node.getCloud(), node.getTemplate(), end.brief().sentence());
        }
        node.markOver();
        computer.ifPresent(c -> endBuilds(c, sentence));
        computer.ifPresent(c -> disconnect(c, end.brief().reason()));
        AgentRemoval.removeNow(node);
        Provisioning.reviewSoon();
    }

    /** Ends the build's wait, unless somebody else may serve it. */
    private static void giveUp(AgentPodNode node, Problem problem) {
        Queue.Item item = Queue.getInstance().getItem(node.queueItem());
        Label label = item == null ? null : item.getAssignedLabel();
        if (label != null && LabelSupply.hasOthersThan(node.getCloud(), node.getTemplate(), label)) {
            WaitingBuild.log(
                    item.getId(),
                    "agent    " + node.getNodeName() + ": " + problem.sentence()
                            + "\n         -> The build waits on: there are other agents or templates for " + label);
        } else {
            await(WaitingBuild.fail(node.queueItem(), problem));
        }
    }

    /** A Pipeline ends when its node is removed; there only the reason is missing. Others are ended here. */
    private static void endBuilds(AgentPodComputer computer, String sentence) {
        for (Executor executor : computer.getExecutors()) {
            Queue.Executable executable = executor.getCurrentExecutable();
            if (executable != null && executable.getParentExecutable() != null) {
                WaitingBuild.log(executable.getParentExecutable(), "ERROR: " + sentence);
            } else if (executable != null) {
                AgentLostCause cause = new AgentLostCause(sentence);
                executor.interrupt(Result.FAILURE, cause);
                // Whether its log tells depends on what it is at; its page shall tell in any case.
                if (executable instanceof Run<?, ?> run) {
                    run.addOrReplaceAction(new InterruptedBuildAction(List.of(cause)));
                }
            }
        }
    }

    // The node is removed when it is offline, else Pipelines would not understand that their agent is lost.
    private static void disconnect(AgentPodComputer computer, String reason) {
        await(computer.disconnect(new AgentPodOfflineCause(reason)));
    }

    private static void await(Future<?> work) {
        try {
            work.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.log(Level.FINE, "Jenkins takes long", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
