package io.jenkins.plugins.k8srollout.cloud;

import hudson.AbortException;
import hudson.model.Queue;
import hudson.model.TaskListener;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.actions.QueueItemAction;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionOwner;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepExecution;

/**
 * The build behind an entry of the queue. That of a Pipeline has a log before it has an agent: there it is told how the
 * agent gets on, and the step that waits can be ended with the reason. Other builds do not exist yet while they wait; what
 * there is to say stands in the queue.
 */
final class WaitingBuild {
    private static final Logger LOGGER = Logger.getLogger(WaitingBuild.class.getName());

    private WaitingBuild() {}

    /** Writes a line where the step that waits writes; nothing if it waits no more. */
    static void log(long item, String line) {
        with(item, step -> step.getContext().get(TaskListener.class).getLogger().println(line));
    }

    /**
     * Ends the step that waits.
     *
     * @return done when it has ended, or there is none
     */
    static CompletableFuture<Void> fail(long item, Problem problem) {
        return with(item, step -> step.stop(new AbortException(problem.sentence())));
    }

    private interface StepAction {
        void on(StepExecution step) throws Exception;
    }

    private static CompletableFuture<Void> with(long id, StepAction action) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            Queue.Item item = id == 0 ? null : Queue.getInstance().getItem(id);
            Optional<FlowExecution> build = item == null ? Optional.empty() : execution(item.task.getOwnerExecutable());
            StepAction onWaiting = step -> {
                if (waits(step, id)) {
                    action.on(step);
                }
            };
            build.ifPresentOrElse(e -> steps(e, onWaiting, done), () -> done.complete(null));
        }
        return done;
    }

    /** Writes into the log of the build that an executable belongs to, if it is a Pipeline's. */
    static void log(Queue.Executable executable, String line) {
        if (executable instanceof FlowExecutionOwner.Executable pipeline) {
            FlowExecutionOwner owner = pipeline.asFlowExecutionOwner();
            try {
                if (owner != null) {
                    owner.getListener().getLogger().println(line);
                }
            } catch (IOException e) {
                LOGGER.log(Level.FINE, "no log to write to", e);
            }
        }
    }

    private static Optional<FlowExecution> execution(Queue.Executable executable) {
        return executable instanceof FlowExecutionOwner.Executable pipeline
                ? Optional.ofNullable(pipeline.asFlowExecutionOwner()).map(FlowExecutionOwner::getOrNull)
                : Optional.empty();
    }

    private static void steps(FlowExecution execution, StepAction action, CompletableFuture<Void> done) {
        var found = execution.getCurrentExecutions(false);
        found.addListener(
                () -> {
                    try {
                        for (StepExecution step : found.get()) {
                            action.on(step);
                        }
                    } catch (ExecutionException e) {
                        LOGGER.log(Level.FINE, "the build does not tell its steps", e);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (Exception e) {
                        LOGGER.log(Level.WARNING, "the build that waits cannot be told", e);
                    } finally {
                        done.complete(null);
                    }
                },
                Runnable::run);
    }

    private static boolean waits(StepExecution step, long id) throws IOException, InterruptedException {
        FlowNode node = step.getContext().get(FlowNode.class);
        QueueItemAction action = node == null ? null : node.getAction(QueueItemAction.class);
        Queue.Item item = action == null ? null : action.itemInQueue();
        return item != null && item.getId() == id;
    }
}
