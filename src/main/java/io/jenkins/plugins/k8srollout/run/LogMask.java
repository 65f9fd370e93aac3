package io.jenkins.plugins.k8srollout.run;

import hudson.console.ConsoleLogFilter;
import hudson.console.ConsoleNote;
import hudson.model.AbstractBuild;
import hudson.model.BuildableItemWithBuildWrappers;
import hudson.model.Run;
import hudson.tasks.BuildWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/**
 * Hides on the build page what a build's log hides: a text goes through the same filters as the log's lines. A container
 * may print a password that the build has bound, and its last lines are shown in both.
 */
public final class LogMask implements UnaryOperator<String> {
    private static final String HIDDEN = "(hidden, because the log's filters failed)";

    private final Run<?, ?> build;
    private final ConsoleLogFilter ofStep;
    // Guarded by this. Made once: some filters open a file each time they are asked.
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private OutputStream filters;

    /** @param ofStep of a Pipeline step's surroundings; null for none */
    public LogMask(Run<?, ?> build, ConsoleLogFilter ofStep) {
        this.build = build;
        this.ofStep = ofStep;
    }

    @Override
    public synchronized String apply(String text) {
        if (text.isEmpty()) {
            return text;
        }
        bytes.reset();
        try {
            filters = filters == null ? filtered(bytes) : filters;
            filters.write((text + "\n").getBytes(StandardCharsets.UTF_8));
            filters.flush();
        } catch (IOException e) {
            return HIDDEN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return HIDDEN;
        }
        String masked = ConsoleNote.removeNotes(bytes.toString(StandardCharsets.UTF_8));
        // A filter that keeps what it has got does so for a reason.
        return masked.isEmpty() ? HIDDEN : masked.substring(0, masked.length() - (masked.endsWith("\n") ? 1 : 0));
    }

    private OutputStream filtered(OutputStream innermost) throws IOException, InterruptedException {
        OutputStream out = innermost;
        for (ConsoleLogFilter filter : ConsoleLogFilter.all()) {
            out = filter.decorateLogger(build, out);
        }
        if (ofStep != null) {
            out = ofStep.decorateLogger(build, out);
        }
        if (build instanceof AbstractBuild && build.getParent() instanceof BuildableItemWithBuildWrappers) {
            BuildableItemWithBuildWrappers job = (BuildableItemWithBuildWrappers) build.getParent();
            for (BuildWrapper wrapper : job.getBuildWrappersList()) {
                out = wrapper.decorateLogger((AbstractBuild<?, ?>) build, out);
            }
        }
        return out;
    }
}
