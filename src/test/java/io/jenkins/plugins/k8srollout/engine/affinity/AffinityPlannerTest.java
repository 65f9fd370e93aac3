package io.jenkins.plugins.k8srollout.engine.affinity;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.affinity.AffinityRequest.Builder;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.ArrayList;
import java.util.List;
import org.junit.Test;

public class AffinityPlannerTest {
    private final List<KubeObject> ingresses = new ArrayList<>(kind("ingress-nginx", "Ingress"));
    private final List<KubeObject> services = new ArrayList<>(kind("ingress-nginx", "Service"));
    private List<KubeObject> classes = kind("ingress-nginx", "IngressClass");

    @Test
    public void findsTheControllerOfTheOldAnnotation() {
        ingresses.set(
                0,
                web().without("spec", "ingressClassName")
                        .with("public", "metadata", "annotations", "kubernetes.io/ingress.class"));

        assertThat(plan(ingress()).controller(), is("ingress-nginx"));
    }

    @Test
    public void findsTheControllerOfTheDefaultClass() {
        ingresses.set(0, web().without("spec", "ingressClassName"));
        classes = List.of(
                classes.get(0).with("true", "metadata", "annotations", "ingressclass.kubernetes.io/is-default-class"));

        assertThat(plan(ingress()).controller(), is("ingress-nginx"));
    }

    @Test
    public void neverGuessesTheControllerFromTheClassName() {
        ingresses.set(0, web().with("nginx", "spec", "ingressClassName"));

        assertRefused(
                ingress(), "its class is 'nginx', but there is no such IngressClass. Set controller (--controller).");
    }

    @Test
    public void hasNoControllerByDefault() {
        ingresses.set(0, web().without("spec", "ingressClassName"));

        assertRefused(ingress(), "names no IngressClass and the cluster has no default one");
    }

    @Test
    public void namesClassControllerAndChoicesWhenUnknown() {
        classes = List.of(classes.get(0).with("example.com/own", "spec", "controller"));

        assertRefused(
                ingress(),
                "its IngressClass public belongs to the controller 'example.com/own', which is not known."
                        + " Set controller (--controller). Valid: ingress-nginx, traefik,");
    }

    @Test
    public void refusesWhatTheControllerCannotExpress() {
        assertRefused(
                ingress().controller("higress").mode("persistent").sameSite("Lax"),
                "higress cannot express it: mode: Higress hashes the cookie over the pods");
    }

    @Test
    public void namesALossNobodyAskedFor() {
        AffinityPlan plan = plan(ingress().controller("traefik"));

        assertThat(plan.losses().toString(), containsString("mode: added pods get new clients only"));
    }

    @Test
    public void wantsAPathWhereIngressPathsAreRegularExpressions() {
        ingresses.set(0, web().with("true", "metadata", "annotations", "nginx.ingress.kubernetes.io/use-regex"));

        assertRefused(ingress(), "its paths are regular expressions");
    }

    @Test
    public void changingControllerTakesTheOldAnnotationsBack() {
        AffinityPlan first = plan(ingress());
        ingresses.set(0, first.changes().get(0).after());

        AffinityPlan second = plan(ingress().controller("traefik"));

        assertThat(second.changes().size(), is(2));
        assertThat(second.changes().get(0).after(), is(web("ingress-nginx")));
    }

    @Test
    public void aSmallerRequestTakesBackWhatItNoLongerNames() {
        ingresses.set(
                0,
                plan(ingress().mode("persistent").maxAge(60)).changes().get(0).after());

        KubeObject after = plan(ingress()).changes().get(0).after();

        assertThat(after.annotations().get("nginx.ingress.kubernetes.io/affinity-mode"), is("balanced"));
        assertThat(
                after.has("metadata", "annotations", "nginx.ingress.kubernetes.io/session-cookie-max-age"), is(false));
    }

    @Test
    public void removalLeavesWhatSomebodyElseHasChangedSince() {
        String name = "nginx.ingress.kubernetes.io/session-cookie-name";
        ingresses.set(0, plan(ingress()).changes().get(0).after().with("mine", "metadata", "annotations", name));

        AffinityPlan removal = plan(ingress().remove(true));

        assertThat(removal.changes().get(0).after().annotations().get(name), is("mine"));
        assertThat(removal.warnings(), hasItem(containsString("session-cookie-name was changed by somebody else")));
    }

    @Test
    public void removalWithNothingSetChangesNothing() {
        assertThat(plan(ingress().remove(true)).changes().size(), is(0));
    }

    @Test
    public void refusesAMemoryItCannotRead() {
        ingresses.set(0, web().with("{", "metadata", "annotations", AffinityPlan.MEMORY));

        assertRefused(ingress(), "Delete the annotation");
    }

    @Test
    public void findsTheControllerOfAServiceFromItsIngresses() {
        ingresses.clear();
        ingresses.addAll(kind("traefik", "Ingress"));
        classes = kind("traefik", "IngressClass");

        AffinityPlan plan = plan(AffinityRequest.builder().namespace("shop").service("web"));

        assertThat(plan.controller(), is("traefik"));
        assertThat(plan.changes().get(0).object().toString(), is("Service/shop/web"));
    }

    @Test
    public void namesTheIngressWhereTheControllerReadsIt() {
        assertRefused(
                AffinityRequest.builder().namespace("shop").service("web"),
                "Set ingress instead of service. Valid: web");
    }

    @Test
    public void warnsOfIngressesThatShareAService() {
        KubeObject other =
                web().with("old", "metadata", "name").with("2019-01-01T00:00:00Z", "metadata", "creationTimestamp");
        ingresses.set(0, web().with("2024-01-01T00:00:00Z", "metadata", "creationTimestamp"));
        ingresses.add(other);

        assertThat(
                plan(ingress()).warnings(),
                hasItem(containsString("Ingresses old, web share Service web: with most controllers the affinity of the"
                        + " oldest, old, holds for all")));
    }

    @Test
    public void warnsOfOneBalancerInFrontOfClientAddresses() {
        services.set(0, services.get(0).with("LoadBalancer", "spec", "type"));

        AffinityPlan plan =
                plan(AffinityRequest.builder().namespace("shop").service("web").clientIp(600));

        assertThat(plan.warnings(), hasItem(containsString("externalTrafficPolicy is not Local")));
        assertThat(plan.warnings(), hasItem(containsString("Ingress web routes to Service web")));
    }

    @Test
    public void namesTheIngressesThereAre() {
        ReleaseException missing = assertThrows(
                ReleaseException.class,
                () -> plan(AffinityRequest.builder().namespace("shop").ingress("wep")));

        assertThat(missing.problem().kind(), is(Problem.Kind.NOT_FOUND));
        assertThat(
                missing.getMessage(),
                containsString("Ingress/shop/wep: it does not exist. Release it first, or"
                        + " correct the name. Valid: web."));
    }

    @Test
    public void saysThatRoutesAreNotWrittenYet() {
        assertRefused(AffinityRequest.builder().namespace("shop").httpRoute("web"), "experimental");
    }

    private void assertRefused(Builder request, String message) {
        ReleaseException refused = assertThrows(ReleaseException.class, () -> plan(request));
        assertThat(refused.problem().kind(), is(Problem.Kind.REFUSED_INPUT));
        assertThat(refused.getMessage(), containsString(message));
    }

    private AffinityPlan plan(Builder request) {
        return AffinityPlanner.plan(request.build(), new AffinityFacts(ingresses, services, classes));
    }

    private static Builder ingress() {
        return AffinityRequest.builder().namespace("shop").ingress("web");
    }

    private KubeObject web() {
        return ingresses.get(0);
    }

    private static KubeObject web(String dialect) {
        return kind(dialect, "Ingress").get(0);
    }

    private static List<KubeObject> kind(String dialect, String kind) {
        return Yaml.resource(dialect + "-before.yaml").stream()
                .filter(o -> o.kind().equals(kind))
                .toList();
    }
}
