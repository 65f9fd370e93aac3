package io.jenkins.plugins.k8srollout.cli;

import picocli.CommandLine.Option;

/** The option that every command has. */
final class OutputOptions {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json (default: ${DEFAULT-VALUE}); JSON alone goes to standard output")
    OutputFormat format;

    boolean json() {
        return format == OutputFormat.JSON;
    }
}
