package io.jenkins.plugins.k8srollout.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command that SIGINT or SIGTERM ends cancel its work and say how things stand: its thread is interrupted, and
 * the process ends when {@link #said} is called, or a little later if it never is. The process then ends with the
 * status of the signal, which for SIGINT is {@link ExitCode#INTERRUPTED}.
 */
final class Goodbye {
    // Longer than a cancelled release may take to end; a second signal ends the process at once.
    private static final Duration LONGEST = Duration.ofSeconds(15);

    private final CountDownLatch said = new CountDownLatch(1);
    private final Thread command;

    private Goodbye(Thread command) {
        this.command = command;
    }

    /** @param command the thread that runs the command */
    static Goodbye of(Thread command) {
        Goodbye goodbye = new Goodbye(command);
        Runtime.getRuntime().addShutdownHook(new Thread(goodbye::interrupt, "k8s-rollout-interrupt"));
        return goodbye;
    }

    /** The command has ended and written all it had to. */
    void said() {
        said.countDown();
    }

    private void interrupt() {
        if (said.getCount() == 0) {
            return; // the process ends by itself
        }
        command.interrupt();
        try {
            said.await(LONGEST.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the process is ending anyway
        }
    }
}
