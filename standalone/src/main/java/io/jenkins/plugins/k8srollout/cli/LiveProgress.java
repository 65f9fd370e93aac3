package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.event.ProgressText;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Progress for a person at a terminal: what has happened scrolls, what is still going on stays below it, one line an
 * object, rewritten in place. Thread-safe.
 */
final class LiveProgress implements ProgressSink {
    private static final String UP_AND_CLEAR = "\u001b[%dA\u001b[0J";
    private static final String DIM = "\u001b[2m";
    private static final String BOLD = "\u001b[1m";
    private static final String RED = "\u001b[31m";
    private static final String GREEN = "\u001b[32m";
    private static final String YELLOW = "\u001b[33m";
    private static final String PLAIN = "\u001b[0m";

    private final PrintStream out;
    private final int columns;
    private final Map<Object, String> unfinished = new LinkedHashMap<>();
    private int shown;

    /** @param columns the terminal's width: a line that wraps could not be rewritten */
    LiveProgress(PrintStream out, int columns) {
        this.out = out;
        this.columns = columns;
    }

    @Override
    public synchronized void accept(ProgressEvent event) {
        StringBuilder frame = new StringBuilder();
        if (shown > 0) {
            frame.append(String.format(UP_AND_CLEAR, shown));
        }
        if (event instanceof ProgressEvent.HealthChanged change && change.state() == Health.State.PROGRESSING) {
            unfinished.put(change.object(), ProgressText.lines(event).get(0));
        } else {
            if (event instanceof ProgressEvent.HealthChanged change) {
                unfinished.remove(change.object());
            } else if (event instanceof ProgressEvent.StageFinished) {
                unfinished.clear();
            }
            String colour = colour(event);
            ProgressText.lines(event).forEach(line -> frame.append(colour + line + PLAIN + "\n"));
        }
        unfinished.values().forEach(line -> frame.append(DIM + fitting(line) + PLAIN + "\n"));
        shown = unfinished.size();
        out.print(frame);
        out.flush();
    }

    private String fitting(String line) {
        return line.length() < columns ? line : line.substring(0, Math.max(0, columns - 2)) + "…";
    }

    private static String colour(ProgressEvent event) {
        if (event instanceof ProgressEvent.StageStarted) {
            return BOLD;
        }
        if (event instanceof ProgressEvent.StageFinished stage) {
            return stage.success() ? GREEN : RED;
        }
        if (event instanceof ProgressEvent.HealthChanged change) {
            return change.state() == Health.State.HEALTHY ? GREEN : RED;
        }
        if (event instanceof ProgressEvent.CauseSeen) {
            return RED;
        }
        boolean remark = event instanceof ProgressEvent.Retrying
                || event instanceof ProgressEvent.RollingBack
                || event instanceof ProgressEvent.Checked;
        return remark ? YELLOW : "";
    }
}
