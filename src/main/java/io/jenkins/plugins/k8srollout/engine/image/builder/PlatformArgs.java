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
        add(values, "TARGET", target);
        // Images are built on Linux, whatever this process runs on.
        add(values, "BUILD", Platform.parse("linux/" + System.getProperty("os.arch")));
        values.put("TARGETSTAGE", targetStage.isEmpty() ? "default" : targetStage);
        return values;
    }

    private static void add(Map<String, String> values, String prefix, Platform platform) {
        values.put(prefix + "PLATFORM", platform.toString());
        values.put(prefix + "OS", platform.os());
        values.put(prefix + "ARCH", platform.architecture());
        values.put(prefix + "VARIANT", platform.variant());
    }
}
