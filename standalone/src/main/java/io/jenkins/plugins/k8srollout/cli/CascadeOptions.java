package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.image.cascade.CascadeRequest;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** A folder of Dockerfiles instead of one. */
final class CascadeOptions {
    @Option(
            names = "--cascade",
            paramLabel = "FOLDER",
            description = "build all Dockerfiles of this folder and its subfolders that have changed, and what is built"
                    + " on them; --image is then the prefix of all names, or a pattern with {path} or {name}")
    Path folder;

    @Option(
            names = "--plan",
            description = "with --cascade: print the graph and what would be built, and build nothing")
    boolean plan;

    @Option(
            names = "--parallel",
            paramLabel = "COUNT",
            description = "with --cascade: how many images at the same time (default: "
                    + CascadeRequest.DEFAULT_PARALLEL + ")")
    Integer parallel;

    boolean wanted() {
        return folder != null;
    }

    int parallel() {
        return parallel == null ? CascadeRequest.DEFAULT_PARALLEL : parallel;
    }

    /** Refuses what means nothing without {@code --cascade}. */
    void requireUnused() {
        if (plan || parallel != null) {
            throw refused(
                    plan ? "--plan" : "--parallel", "it belongs to --cascade", "Add --cascade FOLDER, or remove it");
        }
    }

    /** Refuses what means nothing with {@code --cascade}. */
    void requireAbsent(boolean given, String option, String why) {
        if (given) {
            throw refused(option, why, "Remove it, or build that image without --cascade");
        }
    }

    private static ReleaseException refused(String option, String reason, String remedy) {
        return ReleaseException.refused("read the command line", option, reason, remedy);
    }
}
