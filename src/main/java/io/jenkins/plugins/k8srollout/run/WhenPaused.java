package io.jenkins.plugins.k8srollout.run;

import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;

/** What a build does while its release is paused. */
public enum WhenPaused {
    /** It stays, without a thread, until somebody answers. */
    WAIT,
    /** It goes on or ends; the controller stands by the release. */
    RETURN;

    /**
     * @param text empty for the default
     * @throws ReleaseException (refused input) for anything but {@code wait} and {@code return}
     */
    public static WhenPaused parse(String text) {
        return switch (text) {
            case "", "wait" -> WAIT;
            case "return" -> RETURN;
            default ->
                throw ReleaseException.refused(
                        "read paused", text, "there is no such choice", "Leave it out for wait", "wait", "return");
        };
    }
}
