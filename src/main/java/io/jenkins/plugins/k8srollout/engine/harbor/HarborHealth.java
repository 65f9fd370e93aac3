package io.jenkins.plugins.k8srollout.engine.harbor;

import java.util.List;

/**
 * How Harbor's parts are.
 *
 * @param unwell those that are not healthy, each with its error: {@code jobservice: connection refused}
 */
public record HarborHealth(boolean healthy, List<String> unwell) {
    public HarborHealth {
        unwell = List.copyOf(unwell);
    }
}
