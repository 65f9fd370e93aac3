package io.jenkins.plugins.k8srollout.run;

import hudson.model.TaskListener;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.event.ProgressText;

/** Writes events into a build's log, in the engine's own words. On an agent it writes through the channel. */
public final class ListenerSink implements ProgressSink {
    private final TaskListener listener;
    private volatile String last = "";

    public ListenerSink(TaskListener listener) {
        this.listener = listener;
    }

    @Override
    public void accept(ProgressEvent event) {
        for (String line : ProgressText.lines(event)) {
            listener.getLogger().println(line);
            last = line;
        }
    }

    public TaskListener listener() {
        return listener;
    }

    /** The last line written; empty text before the first. */
    public String last() {
        return last.strip();
    }
}
