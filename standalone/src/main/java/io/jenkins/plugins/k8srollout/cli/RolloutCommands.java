package io.jenkins.plugins.k8srollout.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine;
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
            "3 cluster or registry unreachable or not permitted, 4 check found errors, 5 paused,",
            "130 interrupted."
        })
final class RolloutCommands {
    // In the order of the help.
    private static final List<Map.Entry<String, Class<?>>> COMMANDS = List.of(
            Map.entry("build-image", BuildImageCommand.class),
            Map.entry("rollout", RolloutCommand.class),
            Map.entry("continue", ContinueCommand.class),
            Map.entry("history", HistoryCommand.class),
            Map.entry("rollback", RollbackCommand.class),
            Map.entry("affinity", AffinityCommand.class),
            Map.entry("wait", WaitCommand.class),
            Map.entry("check", CheckCommand.class),
            Map.entry("harbor", HarborCommand.class),
            Map.entry("doctor", DoctorCommand.class));

    /**
     * Adds the command that is called, or all where none is: reading the options of every command takes longer than
     * many a command does.
     *
     * @param arguments as the user wrote them
     */
    static void addTo(CommandLine commandLine, String... arguments) {
        String called = arguments.length == 0 ? "" : arguments[0];
        boolean known = COMMANDS.stream().anyMatch(command -> command.getKey().equals(called));
        for (Map.Entry<String, Class<?>> command : COMMANDS) {
            if (!known || command.getKey().equals(called)) {
                commandLine.addSubcommand(command.getValue());
            }
        }
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"k8s-rollout " + (version == null ? "(development)" : version)};
        }
    }
}
