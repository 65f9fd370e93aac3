package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.workspace.Workspace;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Which manifests. */
class ManifestOptions {
    @Option(
            names = {"-f", "--manifests"},
            paramLabel = "PATH",
            description = "a file, a folder or a glob; may be given several times")
    List<String> paths = List.of();

    @Option(
            names = "--substitute",
            description = "replace $${NAME} in manifests by variables of the environment and --set; else left alone")
    boolean substitute;

    @Option(names = "--set", paramLabel = "NAME=VALUE", description = "a value for $${NAME}; implies --substitute")
    Map<String, String> values = Map.of();

    boolean given() {
        return !paths.isEmpty();
    }

    /** The files named; the person at the terminal may name any. */
    List<ManifestSource> read() {
        return Workspace.unbounded(Path.of("").toAbsolutePath()).readManifests(paths);
    }

    /** Empty if {@code ${NAME}} is to be left alone. */
    Map<String, String> variables(Console console) {
        if (!substitute) {
            return Map.copyOf(values);
        }
        Map<String, String> all = new HashMap<>(console.environment());
        all.putAll(values);
        return all;
    }
}
