package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.delivery.ProjectSetup;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborOptions;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborProject;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborRepository;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code harbor label}. */
@Command(
        name = "label",
        mixinStandardHelpOptions = true,
        description = "Attaches labels of the project to an image; those that are missing are made.")
final class HarborLabelCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    RegistryOptions registry;

    @Mixin
    OutputOptions output;

    @Parameters(index = "0", paramLabel = "IMAGE", description = "with its tag or digest")
    String image;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "LABEL", description = "as in 'build 7'")
    List<String> labels;

    HarborLabelCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        ImageReference name = ImageReference.parse(image);
        HarborRepository repository = HarborRepository.of(name);
        HarborOptions options = HarborOptions.builder().labels(labels).build();
        ProgressSink sink = console.sink(output.format);
        try (HarborSession harbor = new HarborSession(name.registry(), registry, console, sink)) {
            HarborProject project = new ProjectSetup(harbor.client(), options, sink).run(repository);
            String digest = harbor.digest(name).toString();
            options.labels().forEach(label -> harbor.client().label(project, repository, digest, label));
            if (output.json()) {
                console.json(Map.of("image", name.name() + "@" + digest, "labels", options.labels()));
            } else {
                console.out().println(name.name() + "@" + digest + ": " + String.join(", ", options.labels()));
            }
        }
        return ExitCode.OK;
    }
}
