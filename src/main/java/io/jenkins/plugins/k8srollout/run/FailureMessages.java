package io.jenkins.plugins.k8srollout.run;

import hudson.AbortException;
import hudson.remoting.ChannelClosedException;
import hudson.remoting.RequestAbortedException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Failures as a build's log shows them: one paragraph without a stack trace where the engine has explained it. */
public final class FailureMessages {
    private FailureMessages() {}

    /** What to end a step with. Anything unforeseen stays as it is, so that its stack trace is not lost. */
    public static Throwable of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ReleaseException) {
                return explained(((ReleaseException) cause).problem().sentence());
            }
            if (cause instanceof ChannelClosedException || cause instanceof RequestAbortedException) {
                return explained("The agent was lost in the middle of the work: " + cause.getMessage());
            }
        }
        boolean wrapper = failure instanceof CompletionException || failure instanceof ExecutionException;
        return wrapper && failure.getCause() != null ? failure.getCause() : failure;
    }

    // Without the cause: builds keep what a step failed with on disk, and not all of the engine's causes can be kept.
    private static AbortException explained(String message) {
        return new AbortException(message);
    }
}
