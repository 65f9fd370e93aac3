package io.jenkins.plugins.k8srollout.run;

import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import java.util.function.UnaryOperator;

/** What a user can say about how a release replaces pods. */
@FunctionalInterface
public interface StrategyParameters {
    /**
     * Reads what was said.
     *
     * @param text what becomes of each text before it is read, as where a freestyle job's variables are replaced
     * @throws ReleaseException (refused input) for what is no strategy
     */
    Strategy read(UnaryOperator<String> text);
}
