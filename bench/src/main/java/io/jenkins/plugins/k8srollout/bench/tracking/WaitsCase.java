package io.jenkins.plugins.k8srollout.bench.tracking;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What waits cost that go on: threads, watches, heap and processor time of one process with 1, 20, 100 and 1,000 of
 * them, on Deployments of one pod each in twenty namespaces, on hollow nodes; beside one kubectl process for each wait.
 */
final class WaitsCase {
    private static final int NAMESPACES = 20;
    private static final int WAITS = 1000;
    private static final int PEERS = 20;
    private static final int MOST_THREADS = 40;
    private static final int MOST_WATCHES = 100;
    private static final int MOST_KIB = 50;
    private static final int SETTLE_SECONDS = 30;
    private static final double TICKS = 100;
    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: NAME}
            spec:
              replicas: 1
              progressDeadlineSeconds: 7200
              selector: {matchLabels: {app: NAME}}
              template:
                metadata: {labels: {app: NAME}}
                spec:
                  nodeSelector: {hollow: "SELECTED"}
                  tolerations: [{key: hollow, operator: Exists}]
                  containers: [{name: web, image: "registry.example.com/web:1"}]
            """;

    private final ApiServer server;
    private final Namespaces namespaces;
    private final Path folder;
    private final String classpath;

    WaitsCase(ApiServer server, Namespaces namespaces, Path folder, String classpath) {
        this.server = server;
        this.namespaces = namespaces;
        this.folder = folder;
        this.classpath = classpath;
    }

    /** Of one process. */
    private record Cost(double threads, double watches, double kib, double opened, double minute) {}

    void run(int runs, Figures figures) throws Exception {
        String prefix = "";
        for (int i = 0; i < NAMESPACES; i++) {
            String name = namespaces.make("waits-" + i);
            prefix = name.substring(0, name.lastIndexOf('-'));
        }
        for (int i = 0; i < WAITS; i++) {
            apply(prefix + "-" + i % NAMESPACES, "web-" + i, "true");
        }
        apply(prefix + "-0", "peer", "nowhere");
        awaitPods(prefix);
        Cost one = kubectl(prefix + "-0", 1);
        Cost all = kubectl(prefix + "-0", PEERS);
        show("1 kubectl", one);
        show(PEERS + " kubectl", all);
        for (int waits : List.of(1, PEERS, 100, WAITS)) {
            List<Cost> costs = new ArrayList<>();
            for (int i = 0; i < runs; i++) {
                costs.add(ours(prefix, waits));
                show(waits + " waits", costs.get(i));
            }
            report(waits, costs, waits == 1 ? one : all, waits == 1 ? 1 : PEERS, figures);
        }
    }

    private static void report(int waits, List<Cost> ours, Cost peer, int measured, Figures figures) {
        String name = waits + (waits == 1 ? " wait: " : " waits: ");
        double times = (double) waits / measured;
        String peerName = times == 1 ? measured + " kubectl" : measured + " kubectl, multiplied";
        int runs = ours.size();
        double kib = Figures.median(ours.stream().map(c -> c.kib() / waits).toList());
        double threads = Figures.median(ours.stream().map(Cost::threads).toList());
        double watches = Figures.median(ours.stream().map(Cost::watches).toList());
        figures.within(
                name + "threads of the process", "", threads, peerName, peer.threads() * times, MOST_THREADS, runs);
        figures.within(name + "watches", "", watches, peerName, waits, MOST_WATCHES, runs);
        double boundKib = waits == WAITS ? MOST_KIB : peer.kib() / measured;
        figures.within(name + "memory per wait", "KiB", kib, peerName, peer.kib() / measured, boundKib, runs);
        figures.besides(
                name + "processor to open all",
                "s",
                ours.stream().map(Cost::opened).toList(),
                peerName,
                List.of(peer.opened() * times),
                1);
        figures.besides(
                name + "processor for a minute",
                "s",
                ours.stream().map(Cost::minute).toList(),
                peerName,
                List.of(Math.max(peer.minute(), 1 / TICKS) * times),
                1);
    }

    private static void show(String name, Cost cost) {
        System.out.printf(
                Locale.ROOT,
                "%-12s %6.0f threads %6.0f watches %10.0f KiB %8.3f s to open %8.3f s a minute%n",
                name,
                cost.threads(),
                cost.watches(),
                cost.kib(),
                cost.opened(),
                cost.minute());
    }

    private void apply(String namespace, String name, String selected) throws IOException {
        server.apply(
                "/apis/apps/v1/namespaces/" + namespace + "/deployments/" + name,
                DEPLOYMENT.replace("NAME", name).replace("SELECTED", selected));
    }

    private void awaitPods(String prefix) throws Exception {
        for (int i = 0; i < NAMESPACES; i++) {
            Tool.run(
                    "kubectl",
                    "--kubeconfig",
                    server.kubeconfig().toString(),
                    "-n",
                    prefix + "-" + i,
                    "wait",
                    "--for=condition=Ready",
                    "--timeout=600s",
                    "pods",
                    "-l",
                    "app!=peer");
        }
    }

    /** Heap after a collection: what the waits add to a process that has opened its connection. */
    private Cost ours(String prefix, int waits) throws Exception {
        Path log = folder.resolve("waits.log");
        Process process = Tool.start(
                log,
                List.of(
                        "java",
                        "-XX:+UseSerialGC",
                        "-Xmx1g",
                        "-cp",
                        classpath,
                        WaitsTool.class.getName(),
                        prefix,
                        String.valueOf(NAMESPACES),
                        String.valueOf(waits)));
        String text = process.waitFor() == 0 ? Files.readString(log) : "";
        if (!text.contains("waits ")) {
            throw new IOException("the waits failed: " + Files.readString(log));
        }
        String[] words = text.substring(text.lastIndexOf("waits ")).trim().split(" ");
        return new Cost(
                Double.parseDouble(words[5]),
                Double.parseDouble(words[3]),
                Double.parseDouble(words[7]),
                Double.parseDouble(words[9]),
                Double.parseDouble(words[11]));
    }

    /** All processes together: resident memory, shared parts counted in proportion. */
    private Cost kubectl(String namespace, int count) throws Exception {
        List<Process> processes = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                processes.add(Tool.start(
                        folder.resolve("kubectl.log"),
                        List.of("kubectl", "-n", namespace, "rollout", "status", "deployment/peer")));
            }
            settle(processes.get(0));
            double opened = processor(processes);
            settle(processes.get(0));
            double minute = (processor(processes) - opened) * 60 / SETTLE_SECONDS;
            double threads = 0;
            double kib = 0;
            for (Process process : processes) {
                Path proc = Path.of("/proc", String.valueOf(process.pid()));
                threads += number(proc.resolve("status"), "Threads:");
                kib += number(proc.resolve("smaps_rollup"), "Pss:");
            }
            return new Cost(threads, count, kib, opened, minute);
        } finally {
            processes.forEach(Process::destroy);
        }
    }

    private static void settle(Process process) throws InterruptedException {
        if (process.waitFor(SETTLE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("kubectl does not wait");
        }
    }

    private static double processor(List<Process> processes) throws IOException {
        double all = 0;
        for (Process process : processes) {
            String stat = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            all += (Double.parseDouble(fields[11]) + Double.parseDouble(fields[12])) / TICKS;
        }
        return all;
    }

    private static double number(Path file, String name) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
