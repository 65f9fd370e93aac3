package io.jenkins.plugins.k8srollout.engine.model;

import java.io.Serializable;

/** How a release replaces the running pods. */
public sealed interface Strategy extends Serializable {

    /** The workload's own rolling update, as its manifest configures it. */
    record Rolling() implements Strategy {}

    /**
     * Reads a strategy's name.
     *
     * @throws ReleaseException (refused input) for a name that is not known
     */
    static Strategy parse(String text) {
        if (text.equals("rolling")) {
            return new Rolling();
        }
        throw ReleaseException.refused(
                "read the strategy", text, "there is no strategy of that name", "Leave it out for rolling", "rolling");
    }
}
