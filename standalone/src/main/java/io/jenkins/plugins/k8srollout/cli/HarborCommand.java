package io.jenkins.plugins.k8srollout.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code harbor}: what Harbor can do, one by one. */
@Command(
        name = "harbor",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Asks a Harbor, and has it do what build-image can have it do.",
        subcommands = {
            HarborStatusCommand.class,
            HarborProjectCommand.class,
            HarborScanCommand.class,
            HarborLabelCommand.class,
            HarborCleanUpCommand.class
        })
final class HarborCommand implements Runnable {
    @Spec
    CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing required subcommand");
    }
}
