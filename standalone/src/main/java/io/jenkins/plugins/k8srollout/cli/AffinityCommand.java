package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.affinity.AffinityPlan;
import io.jenkins.plugins.k8srollout.engine.affinity.AffinityRequest;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.release.AffinityRun;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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

    @Option(names = "--client-ip", paramLabel = "SECONDS", description = "bind the client's address instead, 1 to 86400")
    Integer clientIp;

    @Option(names = "--remove", description = "take back all that was set")
    boolean remove;

    @Option(names = "--dry-run", description = "only print what would change")
    boolean dryRun;

    AffinityCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        ProgressSink sink = console.sink(output.format);
        try (ClusterSession session = new ClusterSession(cluster, console, sink)) {
            AffinityRequest request = request(session.namespace());
            AffinityRun run = new AffinityRun(session.port(), sink);
            AffinityPlan plan = dryRun ? run.plan(request) : run.apply(request);
            report(plan, sink);
            return ExitCode.OK;
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

    private void report(AffinityPlan plan, ProgressSink sink) {
        if (output.json()) {
            console.json(Map.of(
                    "dryRun",
                    dryRun,
                    "controller",
                    plan.controller(),
                    "losses",
                    plan.losses().stream().map(Object::toString).toList(),
                    "warnings",
                    plan.warnings(),
                    "changes",
                    plan.changes().stream().map(AffinityCommand::change).toList()));
        } else if (dryRun) {
            plan.changes().forEach(change -> sink.accept(new ProgressEvent.Applied(
                    change.object(), ProgressEvent.Applied.Change.CHANGED, true, change.patch().fields().toString())));
        }
    }

    private static Map<String, Object> change(AffinityPlan.Change change) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("object", change.object().toString());
        row.put("patch", change.patch().fields());
        return row;
    }
}
