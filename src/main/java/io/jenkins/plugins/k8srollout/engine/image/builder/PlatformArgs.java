package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.registry.Platform;
import java.util.HashMap;
import java.util.Map;

/**
 * The arguments that every Dockerfile finds set.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope">Platform
 *     arguments</a>
 */
final class PlatformArgs {
    private PlatformArgs() {}

    static Map<String, String> of(Platform target, String targetStage) {
        Map<String, String> values = new HashMap<>();
        // Nothing is executed, so the platform of the build is the platform of the image.
        for (String prefix : new String[] {"BUILD", "TARGET"}) {
            values.put(prefix + "PLATFORM", target.toString());
            values.put(prefix + "OS", target.os());
            values.put(prefix + "ARCH", target.architecture());
            values.put(prefix + "VARIANT", target.variant());
        }
        values.put("TARGETSTAGE", targetStage.isEmpty() ? "default" : targetStage);
        return values;
    }
}
