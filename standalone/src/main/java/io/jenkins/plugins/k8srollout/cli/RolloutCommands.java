package io.jenkins.plugins.k8srollout.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command that holds the others. */
@Command(
        name = "k8s-rollout",
        mixinStandardHelpOptions = true,
        versionProvider = RolloutCommands.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Takes a project to a healthy release on Kubernetes, without Jenkins.",
        footer = {
            "",
            "Exit codes: 0 done or healthy, 1 release failed or unhealthy, 2 wrong usage or refused input,",
            "3 cluster or registry unreachable or not permitted, 4 check found errors, 130 interrupted."
        },
        subcommands = {
            BuildImageCommand.class,
            RolloutCommand.class,
            AffinityCommand.class,
            WaitCommand.class,
            CheckCommand.class,
            DoctorCommand.class
        })
final class RolloutCommands {
    /** The version that the build wrote into the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"k8s-rollout " + (version == null ? "(development)" : version)};
        }
    }
}
