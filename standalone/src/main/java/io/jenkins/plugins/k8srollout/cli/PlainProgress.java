package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.event.ProgressText;
import java.io.PrintStream;

/** Progress for pipes and files: a line per event, nothing rewritten. Thread-safe. */
final class PlainProgress implements ProgressSink {
    private final PrintStream out;

    PlainProgress(PrintStream out) {
        this.out = out;
    }

    @Override
    public synchronized void accept(ProgressEvent event) {
        ProgressText.lines(event).forEach(out::println);
        out.flush();
    }
}
