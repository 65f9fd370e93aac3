package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import java.util.Optional;

/** The variables that an expansion can see. */
@FunctionalInterface
public interface Variables {
    /** Knows no variable. */
    Variables NONE = name -> Optional.empty();

    /** The value of a variable, empty where it is not set (which differs from set to the empty text). */
    Optional<String> value(String name);
}
