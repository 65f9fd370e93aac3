package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.affinity.AffinityPlan;
import io.jenkins.plugins.k8srollout.engine.affinity.AffinityRequest;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.release.AffinityRun;
import io.jenkins.plugins.k8srollout.engine.release.StickinessCheck;
import io.jenkins.plugins.k8srollout.engine.release.StickinessReport;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code affinity}: keeps a user's requests on one pod. */
@Command(
        name = "affinity",
        mixinStandardHelpOptions = true,
        description = "Keeps a user's requests on one pod, in the words of the ingress controller in charge.")
final class AffinityCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    ClusterOptions cluster;

    @Mixin
    OutputOptions output;

    @ArgGroup(multiplicity = "1")
    Target target;

    /** Exactly one of them. */
    static final class Target {
        @Option(names = "--ingress", paramLabel = "NAME", description = "the Ingress whose users shall stick")
        String ingress;

        @Option(names = "--service", paramLabel = "NAME", description = "the Service whose users shall stick")
        String service;

        @Option(names = "--http-route", paramLabel = "NAME", description = "the HTTPRoute whose users shall stick")
        String httpRoute;
    }

    @Option(names = "--cookie", paramLabel = "NAME", description = "the cookie's name (default: the controller's)")
    String cookie;

    @Option(names = "--mode", paramLabel = "MODE", description = "balanced or persistent")
    String mode;

    @Option(names = "--max-age", paramLabel = "SECONDS", description = "the cookie's life; 0 ends with the browser")
    int maxAge;

    @Option(names = "--path", paramLabel = "PATH", description = "the cookie's path")
    String path;

    @Option(names = "--domain", paramLabel = "DOMAIN", description = "the cookie's domain")
    String domain;

    @Option(names = "--same-site", paramLabel = "VALUE", description = "None, Lax or Strict")
    String sameSite;

    @Option(names = "--secure", arity = "0..1", fallbackValue = "true", description = "send the cookie by TLS only")
    Boolean secure;

    @Option(
            names = "--change-on-failure",
            arity = "0..1",
            fallbackValue = "true",
            description = "give a user another pod when theirs fails")
    Boolean changeOnFailure;

    @Option(names = "--canary", paramLabel = "VALUE", description = "sticky or legacy")
    String canary;

    @Option(names = "--controller", paramLabel = "NAME", description = "the dialect (default: by the IngressClass)")
    String controller;

    @Option(
            names = "--client-ip",
            paramLabel = "SECONDS",
            description = "bind the client's address instead, 1 to 86400")
    Integer clientIp;

    @Option(names = "--remove", description = "take back all that was set")
    boolean remove;

    @Option(
            names = "--verify",
            paramLabel = "URL",
            description = "then prove with several clients at this address that sessions stick")
    String verify;

    @Option(names = "--dry-run", description = "only print what would change")
    boolean dryRun;

    AffinityCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        ProgressSink sink = console.sink(output.format);
        try (ClusterSession session = new ClusterSession(cluster, console, sink)) {
            AffinityRequest request = request(session.namespace());
            AffinityRun run = new AffinityRun(session.port(), sink);
            AffinityPlan plan = run.plan(request);
            Optional<StickinessCheck.Probe> probe =
                    Optional.ofNullable(verify).filter(url -> !remove).map(url -> StickinessCheck.Probe.of(url, plan));
            if (dryRun) {
                report(plan, Set.of(), sink);
                return ExitCode.OK;
            }
            run.apply(request, plan);
            Set<String> pods = probe.isPresent() ? prove(probe.get(), session, sink) : Set.of();
            report(plan, pods, sink);
            return ExitCode.OK;
        }
    }

    private static Set<String> prove(StickinessCheck.Probe probe, ClusterSession session, ProgressSink sink)
            throws InterruptedException {
        CompletableFuture<StickinessReport> proof = new StickinessCheck(session.scheduler(), sink).start(probe);
        try {
            return proof.get().pods();
        } catch (InterruptedException e) {
            proof.cancel(false);
            throw e;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ReleaseException known ? known : new IllegalStateException(e.getCause());
        }
    }

    private AffinityRequest request(String namespace) {
        return AffinityRequest.builder()
                .namespace(namespace)
                .ingress(target.ingress)
                .service(target.service)
                .httpRoute(target.httpRoute)
                .cookie(cookie)
                .mode(mode)
                .maxAge(maxAge)
                .path(path)
                .domain(domain)
                .sameSite(sameSite)
                .secure(secure)
                .changeOnFailure(changeOnFailure)
                .canary(canary)
                .controller(controller)
                .clientIp(clientIp)
                .remove(remove)
                .build();
    }

    /** @param pods those that the proof has seen */
    private void report(AffinityPlan plan, Set<String> pods, ProgressSink sink) {
        if (output.json()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("dryRun", dryRun);
            row.put("controller", plan.controller());
            row.put("losses", plan.losses().stream().map(Object::toString).toList());
            row.put("warnings", plan.warnings());
            row.put(
                    "changes",
                    plan.changes().stream().map(AffinityCommand::change).toList());
            row.put("pods", pods);
            console.json(row);
        } else if (dryRun) {
            plan.changes()
                    .forEach(change -> sink.accept(new ProgressEvent.Applied(
                            change.object(),
                            ProgressEvent.Applied.Change.CHANGED,
                            true,
                            change.patch().fields().toString())));
        }
    }

    private static Map<String, Object> change(AffinityPlan.Change change) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("object", change.object().toString());
        row.put("patch", change.patch().fields());
        return row;
    }
}
