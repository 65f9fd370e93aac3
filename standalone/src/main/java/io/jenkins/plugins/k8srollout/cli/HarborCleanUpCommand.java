package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborOptions;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborRepository;
import io.jenkins.plugins.k8srollout.engine.harbor.TagCleanup;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code harbor clean-up}. */
@Command(
        name = "clean-up",
        mixinStandardHelpOptions = true,
        description = "Deletes an owner's old tags of a repository; images stay until Harbor's garbage collection.")
final class HarborCleanUpCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    RegistryOptions registry;

    @Mixin
    OutputOptions output;

    @Parameters(paramLabel = "REPOSITORY", description = "host/project/name")
    String image;

    @Option(
            names = "--owner",
            required = true,
            paramLabel = "NAME",
            description = "whose tags, as builds have named it")
    String owner;

    @Option(names = "--keep", required = true, paramLabel = "COUNT", description = "how many of the newest tags stay")
    int keep;

    @Option(names = "--dry-run", description = "only say what would be deleted")
    boolean dryRun;

    HarborCleanUpCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        ImageReference name = ImageReference.parse(image);
        HarborRepository repository = HarborRepository.of(name);
        HarborOptions options =
                HarborOptions.builder().owner(owner).keepTags(keep).build();
        if (keep == 0) {
            throw ReleaseException.refused("clean up old tags", "0", "none would stay", "Say how many stay: --keep 10");
        }
        ProgressSink sink = console.sink(output.format);
        try (HarborSession harbor = new HarborSession(name.registry(), registry, console, sink)) {
            harbor.client().requireHarbor();
            List<String> deleted =
                    new TagCleanup(harbor.client(), sink).run(repository, options.ownerLabel(), keep, Set.of(), dryRun);
            if (output.json()) {
                console.json(Map.of("repository", name.name(), "deletedTags", deleted, "dryRun", dryRun));
            } else if (deleted.isEmpty()) {
                console.out().println("nothing to delete");
            }
        }
        return ExitCode.OK;
    }
}
