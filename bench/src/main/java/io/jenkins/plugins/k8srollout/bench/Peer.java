package io.jenkins.plugins.k8srollout.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A tool under measurement, each build in a process of its own or all in one that stays. */
abstract class Peer implements AutoCloseable {
    private final String name;

    Peer(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** Builds and pushes; returns wall and CPU seconds. */
    abstract double[] build(Path context, String image, Path cache, String base) throws IOException;

    @Override
    public void close() {}

    /** A Java main class in a fresh process for each build. */
    static Peer java(String name, String classpath, String main) {
        return new Peer(name) {
            @Override
            double[] build(Path context, String image, Path cache, String base) throws IOException {
                return timed(List.of(
                        "java",
                        "-DsendCredentialsOverHttp=false",
                        "-cp",
                        classpath,
                        main,
                        context.toString(),
                        image,
                        cache.toString(),
                        base));
            }
        };
    }

    /** The command line as users start it. */
    static Peer commandLine(String name) {
        return new Peer(name) {
            @Override
            double[] build(Path context, String image, Path cache, String base) throws IOException {
                String repository = image.substring(0, image.lastIndexOf(':'));
                String registry = image.substring(0, image.indexOf('/'));
                return timed(List.of(
                        "bin/k8s-rollout",
                        "build-image",
                        context.toString(),
                        "--image",
                        repository,
                        "--tag",
                        image.substring(image.lastIndexOf(':') + 1),
                        "--cache",
                        cache.toString(),
                        "--plain-http",
                        registry));
            }
        };
    }

    /** buildah with a storage of its own below the cache folder. */
    static Peer buildah() {
        return new Peer("buildah") {
            @Override
            double[] build(Path context, String image, Path cache, String base) throws IOException {
                String global = "buildah --root " + cache.resolve("root") + " --runroot " + cache.resolve("run");
                String build = global + " build --layers --tls-verify=false -q -t " + image + " " + context;
                String push = global + " push -q --tls-verify=false " + image + " docker://" + image;
                return timed(List.of("bash", "-c", build + " && " + push));
            }
        };
    }

    /** A Java main class in one process for all builds. */
    static Peer warm(String name, String classpath, String main) throws IOException {
        Process process = new ProcessBuilder("java", "-cp", classpath, main)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Writer in = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        return new Peer(name) {
            @Override
            double[] build(Path context, String image, Path cache, String base) throws IOException {
                in.write(context + " " + image + " " + cache + " " + base + "\n");
                in.flush();
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    if (line.startsWith("done ")) {
                        String[] words = line.split(" ");
                        return new double[] {Double.parseDouble(words[1]), Double.parseDouble(words[2])};
                    }
                }
                throw new IOException(name + " has ended");
            }

            @Override
            public void close() {
                process.destroy();
            }
        };
    }

    /** Runs a command under the shell's own clock, which counts the CPU of all its children. */
    private static double[] timed(List<String> command) throws IOException {
        Path times = Files.createTempFile("bench", "times");
        Path log = Files.createTempFile("bench", "log");
        List<String> shell = new ArrayList<>(List.of(
                "bash", "-c", "TIMEFORMAT='%R %U %S'; { time \"$@\" >\"$0\" 2>&1; } 2>" + times, log.toString()));
        shell.addAll(command);
        Process process = new ProcessBuilder(shell).start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + " failed: " + Files.readString(log));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        String[] words = Files.readString(times).trim().split(" ");
        Files.delete(times);
        Files.delete(log);
        double cpu = Double.parseDouble(words[1]) + Double.parseDouble(words[2]);
        return new double[] {Double.parseDouble(words[0]), cpu};
    }
}
