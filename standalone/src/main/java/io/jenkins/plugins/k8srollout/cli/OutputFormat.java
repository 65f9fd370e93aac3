package io.jenkins.plugins.k8srollout.cli;

/** How a command's result is written. */
enum OutputFormat {
    TEXT,
    JSON
}
