package io.jenkins.plugins.k8srollout.step;

import hudson.AbortException;
import hudson.FilePath;
import java.io.IOException;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Where a step's files are, if its agent is there. */
final class StepWorkspace {
    private StepWorkspace() {}

    /** The agent may come back: it is worth another try. */
    static final class AgentAwayException extends AbortException {
        private static final long serialVersionUID = 1L;

        private AgentAwayException(String message, Throwable cause) {
            super(message);
            initCause(cause);
        }
    }

    /**
     * The workspace, for use at once: it does not survive a lost agent.
     *
     * @param resumed whether Jenkins has restarted since the step began, so that agents may still be on their way
     */
    static FilePath of(StepContext context, boolean resumed) throws IOException, InterruptedException {
        FilePath workspace;
        try {
            workspace = context.get(FilePath.class);
        } catch (IOException e) {
            throw new AgentAwayException("The workspace's agent is away: " + e.getMessage(), e);
        }
        if (workspace == null && resumed) {
            throw new AgentAwayException("The workspace's agent has not come back after the restart of Jenkins", null);
        }
        if (workspace == null) {
            throw new AbortException("There is no workspace here: run the step inside a node block or on an agent");
        }
        return workspace;
    }
}
