package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;

/** Entry point of {@code k8s-rollout}. */
public final class Main {
    // Held, so that the level is not lost with a collected logger: the client's own log repeats what we report.
    private static final Logger CLIENT_LOG = Logger.getLogger("io.fabric8");

    private Main() {}

    public static void main(String[] arguments) {
        CLIENT_LOG.setLevel(Level.SEVERE);
        Goodbye goodbye = Goodbye.of(Thread.currentThread());
        int code = run(Console.ofProcess(), arguments);
        goodbye.said();
        System.exit(code);
    }

    /** Runs one command; never ends the process. */
    static int run(Console console, String... arguments) {
        CommandLine commandLine = new CommandLine(new RolloutCommands(), new ConsoleFactory(console));
        commandLine.setOut(writer(console.out()));
        commandLine.setErr(writer(console.err()));
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> report(failure, console));
        commandLine.setParameterExceptionHandler((wrong, given) -> misused(wrong));
        commandLine
                .getSubcommands()
                .values()
                .forEach(command -> command.getCommandSpec().versionProvider(new RolloutCommands.Version()));
        return commandLine.execute(arguments);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    // One line of what is wrong; the options fill a screen, and --help shows them.
    private static int misused(CommandLine.ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(wrong.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(wrong, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    private static int report(Exception failure, Console console) {
        if (failure instanceof ReleaseException known) {
            console.failure(known.problem());
            return ExitCode.of(known.problem().kind());
        }
        if (failure instanceof InterruptedException) {
            console.err().println("Interrupted.");
            return ExitCode.INTERRUPTED;
        }
        console.err().println("Could not finish because of an error in k8s-rollout itself; please report it:");
        failure.printStackTrace(console.err());
        return ExitCode.UNHEALTHY;
    }

    /** Hands the console to the commands, which picocli makes. */
    private record ConsoleFactory(Console console) implements CommandLine.IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            if (type == Console.class) {
                return type.cast(console);
            }
            try {
                return type.cast(type.getDeclaredConstructor(Console.class).newInstance(console));
            } catch (NoSuchMethodException e) {
                return CommandLine.defaultFactory().create(type);
            }
        }
    }
}
