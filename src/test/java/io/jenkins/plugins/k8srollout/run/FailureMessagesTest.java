package io.jenkins.plugins.k8srollout.run;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.sameInstance;

import hudson.AbortException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import org.junit.Test;

public class FailureMessagesTest {
    private final ReleaseException refused =
            ReleaseException.refused("read mode", "x", "there is no such choice", "Leave it out", "a", "b");

    @Test
    public void anExplainedFailureIsItsSentenceAlone() {
        Throwable shown =
                FailureMessages.of(new CompletionException("wrapped", new IOException("by an agent", refused)));

        assertThat(shown, is(instanceOf(AbortException.class)));
        assertThat(
                shown.getMessage(), is("Could not read mode: x: there is no such choice. Leave it out. Valid: a, b."));
        assertThat("stays readable when the build is kept on disk", shown.getCause() == null, is(true));
    }

    @Test
    public void anUnforeseenFailureKeepsItsStackTrace() {
        RuntimeException bug = new IllegalStateException("a bug");

        assertThat(FailureMessages.of(bug), is(sameInstance(bug)));
        assertThat(FailureMessages.of(new CompletionException("wrapped", bug)), is(sameInstance(bug)));
    }
}
