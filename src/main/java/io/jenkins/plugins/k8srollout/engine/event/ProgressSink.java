package io.jenkins.plugins.k8srollout.engine.event;

/**
 * Takes what the engine tells. Called from many threads, one event at a time per operation; it must return soon and
 * must not throw.
 */
@FunctionalInterface
public interface ProgressSink {
    /** Takes nothing. */
    ProgressSink NONE = event -> {};

    void accept(ProgressEvent event);
}
