package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.manifest.ApplyOrder;
import io.jenkins.plugins.k8srollout.engine.manifest.ConfigHash;
import io.jenkins.plugins.k8srollout.engine.manifest.ImageSubstitution;
import io.jenkins.plugins.k8srollout.engine.manifest.ImageSubstitution.Replacement;
import io.jenkins.plugins.k8srollout.engine.manifest.LoadedManifests;
import io.jenkins.plugins.k8srollout.engine.manifest.ManifestDocument;
import io.jenkins.plugins.k8srollout.engine.manifest.ManifestLoader;
import io.jenkins.plugins.k8srollout.engine.manifest.check.CheckContext;
import io.jenkins.plugins.k8srollout.engine.manifest.check.ManifestCheck;
import io.jenkins.plugins.k8srollout.engine.manifest.upgrade.ApiUpgrade;
import io.jenkins.plugins.k8srollout.engine.manifest.upgrade.Upgrade;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Works out what a release applies. Pure given the request and what it is told of the cluster: it changes nothing, and
 * the same input gives the same plan, so that releasing a second time changes nothing.
 */
public final class ReleasePlanner {
    private final ReleaseRequest request;
    private final ClusterFacts facts;
    private final List<Finding> findings = new ArrayList<>();
    private final List<ReleasePlan.Upgraded> upgrades = new ArrayList<>();
    private List<ManifestDocument> documents = List.of();
    private List<Replacement> images = List.of();
    private Set<String> ingressClasses = Set.of();

    private ReleasePlanner(ReleaseRequest request, ClusterFacts facts) {
        this.request = request;
        this.facts = facts;
    }

    /**
     * @throws ManifestsRefusedException with all findings if the manifests have errors
     * @throws ReleaseException if the workload named does not exist or has no such container
     */
    public static ReleasePlan plan(ReleaseRequest request, ClusterFacts facts) {
        return request.workload().isPresent()
                ? WorkloadImages.plan(request, facts)
                : new ReleasePlanner(request, facts).plan();
    }

    private ReleasePlan plan() {
        load();
        check();
        upgrade();
        fillInNamespaces();
        replaceImages();
        each(object -> PullSecret.reference(object, request.pullSecret()));
        each(object -> SessionDrain.keep(object, request.drain(), facts.apis().serverVersion()));
        each(object -> ChangeCause.annotate(object, request.changeCause()));
        List<KubeObject> annotated = ConfigHash.annotate(objects(), facts.existing());
        return new ReleasePlan(request, ApplyOrder.sort(annotated), request.force(), findings, upgrades, images);
    }

    private void load() {
        LoadedManifests loaded = ManifestLoader.load(request.manifests(), request.variables());
        loaded.requireAny("release the manifests", request.manifests());
        documents = loaded.documents();
        findings.addAll(loaded.findings());
        if (objects().stream().anyMatch(o -> o.kind().equals("Ingress"))) {
            ingressClasses = facts.ingressClasses().get();
        }
    }

    private void check() {
        CheckContext context = new CheckContext(
                facts.apis(), request.namespace(), request.images(), ingressClasses, true, request.strategy());
        findings.addAll(ManifestCheck.check(documents, context));
        boolean errors = findings.stream().anyMatch(f -> f.severity() == Severity.ERROR);
        if (errors) {
            throw new ManifestsRefusedException(findings);
        }
    }

    private void upgrade() {
        Set<String> classes = new HashSet<>(ingressClasses);
        objects().stream().filter(o -> o.kind().equals("IngressClass")).forEach(o -> classes.add(o.name()));
        each(object -> {
            Upgrade upgrade = ApiUpgrade.upgrade(object, facts.apis(), classes);
            upgrade.change()
                    .ifPresent(c ->
                            upgrades.add(new ReleasePlan.Upgraded(object.ref(), c.from(), c.to(), upgrade.diff())));
            return upgrade.object();
        });
    }

    private void fillInNamespaces() {
        Scopes scopes = Scopes.of(facts.apis(), objects());
        for (ManifestDocument document : documents) {
            String own = document.object().namespace();
            boolean elsewhere = !own.isEmpty() && !own.equals(request.namespace());
            if (elsewhere && scopes.isNamespaced(document.object())) {
                findings.add(document.finding(
                        Severity.WARNING,
                        "other-namespace",
                        "it goes to namespace " + own + ", not to " + request.namespace(),
                        "Leave metadata.namespace out if that is not meant",
                        "metadata",
                        "namespace"));
            }
        }
        each(object -> scopes.place(object, request.namespace()));
    }

    private void replaceImages() {
        ImageSubstitution.Result result = ImageSubstitution.replace(objects(), request.images());
        List<ManifestDocument> replaced = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            replaced.add(documents.get(i).with(result.objects().get(i)));
        }
        documents = replaced;
        images = result.replacements().stream()
                .filter(r -> !r.from().equals(r.to()))
                .toList();
    }

    private List<KubeObject> objects() {
        return documents.stream().map(ManifestDocument::object).toList();
    }

    private void each(UnaryOperator<KubeObject> step) {
        documents = documents.stream().map(d -> d.with(step.apply(d.object()))).toList();
    }
}
