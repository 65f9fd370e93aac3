package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;

/** Entry point of {@code k8s-rollout}. */
public final class Main {
    // Set by bin/k8s-rollout for the run that leaves a class archive behind.
    private static final String ARCHIVING = "k8s-rollout.archiving";

    private Main() {}

    public static void main(String[] arguments) {
        Goodbye goodbye = Goodbye.of(Thread.currentThread());
        int code = run(Console.ofProcess(), arguments);
        goodbye.said();
        if (Boolean.getBoolean(ARCHIVING)) {
            Rehearsal.of(arguments[0]);
        }
        System.exit(code);
    }

    /** Runs one command; never ends the process. */
    static int run(Console console, String... arguments) {
        CommandLine commandLine = new CommandLine(new RolloutCommands(), new ConsoleFactory(console));
        RolloutCommands.addTo(commandLine, arguments);
        commandLine.setOut(writer(console.out()));
        commandLine.setErr(writer(console.err()));
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> report(failure, command, console));
        commandLine.setParameterExceptionHandler((wrong, given) -> misused(wrong));
        commandLine.getSubcommands().values().forEach(command -> command.getCommandSpec()
                .versionProvider(new RolloutCommands.Version()));
        return commandLine.execute(arguments);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    // One line of what is wrong; the options fill a screen, and --help shows them.
    private static int misused(CommandLine.ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        // picocli says the word twice where a value is no NAME=VALUE.
        err.println(wrong.getMessage().replace("option option '", "option '"));
        CommandLine.UnmatchedArgumentException.printSuggestions(wrong, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    private static int report(Exception failure, CommandLine command, Console console) {
        if (failure instanceof ReleaseException known) {
            console.failure(known.problem());
            if (wantsJson(command)) {
                console.json(Map.of("problem", row(known.problem())));
            }
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

    private static boolean wantsJson(CommandLine command) {
        return command.getMixins().get("output") instanceof OutputOptions options && options.json();
    }

    // The words of the release record, so that a program reads both in one way.
    private static Map<String, Object> row(Problem problem) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("kind", problem.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        row.put("attempted", problem.attempted());
        row.put("object", problem.object());
        row.put("reason", problem.reason());
        row.put("remedy", problem.remedy());
        row.put("sentence", problem.sentence());
        row.put("validValues", problem.validValues());
        return row;
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
