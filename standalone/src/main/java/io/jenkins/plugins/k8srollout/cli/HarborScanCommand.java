package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.delivery.ScanVerdict;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborRepository;
import io.jenkins.plugins.k8srollout.engine.harbor.ScanGate;
import io.jenkins.plugins.k8srollout.engine.image.registry.JdkScheduler;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.ScanResult;
import io.jenkins.plugins.k8srollout.engine.model.TimeSpan;
import io.jenkins.plugins.k8srollout.engine.model.VulnerabilitySeverity;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code harbor scan}. */
@Command(
        name = "scan",
        mixinStandardHelpOptions = true,
        description = "Has an image scanned, by its digest, and fails from a severity on.")
final class HarborScanCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    RegistryOptions registry;

    @Mixin
    OutputOptions output;

    @Parameters(paramLabel = "IMAGE", description = "with its tag or digest")
    String image;

    @Option(
            names = "--severity",
            paramLabel = "SEVERITY",
            defaultValue = "high",
            description = "negligible, low, medium, high or critical (default: ${DEFAULT-VALUE})")
    String severity;

    @Option(names = "--timeout", paramLabel = "TIME", defaultValue = "10m", description = "default: ${DEFAULT-VALUE}")
    String timeout;

    HarborScanCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        ImageReference name = ImageReference.parse(image);
        HarborRepository repository = HarborRepository.of(name);
        VulnerabilitySeverity from = VulnerabilitySeverity.threshold(severity);
        Duration limit = TimeSpan.parse("--timeout", timeout);
        ProgressSink sink = console.sink(output.format);
        ScanResult result;
        try (HarborSession harbor = new HarborSession(name.registry(), registry, console, sink)) {
            result = new ScanGate(harbor.client(), new JdkScheduler())
                    .scan(repository, harbor.digest(name), from, limit);
        }
        sink.accept(new ProgressEvent.Scanned(result));
        if (output.json()) {
            console.json(ScanRow.of(result));
        }
        ScanVerdict.require(result);
        return ExitCode.OK;
    }
}
