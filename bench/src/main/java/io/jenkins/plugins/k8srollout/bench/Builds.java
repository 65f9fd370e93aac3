package io.jenkins.plugins.k8srollout.bench;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What a tool's process does: one build from its arguments, or builds on demand in a process that stays warm. */
final class Builds {
    private static final double NANOS = 1e9;

    private Builds() {}

    @FunctionalInterface
    interface Build {
        void run(Path context, String image, Path cache, String base) throws Exception;
    }

    static void run(String[] args, Build build) throws Exception {
        if (args.length > 0) {
            build.run(Path.of(args[0]), args[1], Path.of(args[2]), args[3]);
            // Idle connections must not keep the process alive.
            System.exit(0);
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            long cpu = cpu();
            long start = System.nanoTime();
            build.run(Path.of(words[0]), words[1], Path.of(words[2]), words[3]);
            System.out.println("done " + (System.nanoTime() - start) / NANOS + " " + (cpu() - cpu) / NANOS);
            System.out.flush();
        }
        System.exit(0);
    }

    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
