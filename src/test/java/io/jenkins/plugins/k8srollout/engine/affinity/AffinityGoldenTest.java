package io.jenkins.plugins.k8srollout.engine.affinity;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.affinity.AffinityRequest.Builder;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/** Each controller's objects before and after: applied twice equals once, removal restores, foreign fields survive. */
@RunWith(Parameterized.class)
public class AffinityGoldenTest {
    private static final Map<String, UnaryOperator<Builder>> CASES = new TreeMap<>(Map.ofEntries(
            Map.entry("ingress-nginx", b -> b.mode("persistent")
                    .canary("legacy")
                    .maxAge(3600)
                    .path("/shop")
                    .domain("example.com")
                    .sameSite("none")
                    .secure(true)
                    .changeOnFailure(true)),
            Map.entry("traefik", b -> b.maxAge(3600).sameSite("Lax").secure(true)),
            Map.entry("traefik-ingress-nginx", b -> b.controller("traefik-ingress-nginx")
                    .sameSite("Strict")
                    .mode("persistent")),
            Map.entry("haproxy-ingress", b -> b.mode("persistent").secure(true)),
            Map.entry("haproxy-technologies", b -> b),
            Map.entry("nginx-inc", b -> b.maxAge(3600).sameSite("Lax")),
            Map.entry("aws-alb", b -> b.maxAge(3600)),
            Map.entry("alibaba-alb", b -> b.maxAge(3600)),
            Map.entry("higress", b -> b.maxAge(3600)),
            Map.entry("service-client-ip", b -> b.clientIp(600))));

    private final String dialect;

    public AffinityGoldenTest(String dialect) {
        this.dialect = dialect;
    }

    @Parameters(name = "{0}")
    public static List<String> dialects() {
        return AffinityDialects.names();
    }

    @Test
    public void translatesAndLeavesForeignFieldsAlone() {
        List<KubeObject> after = apply(request(false), objects("before"));

        assertThat(
                normalized(after),
                containsInAnyOrder(normalized(objects("after")).toArray()));
    }

    @Test
    public void appliedTwiceEqualsOnce() {
        List<KubeObject> once = apply(request(false), objects("before"));

        assertThat(plan(request(false), once).changes(), is(empty()));
    }

    @Test
    public void removalRestores() {
        List<KubeObject> before = objects("before");
        List<KubeObject> after = apply(request(false), before);

        List<KubeObject> restored = apply(request(true), after);

        assertThat(
                restored.stream()
                        .map(AffinityGoldenTest::withoutEmptyAnnotations)
                        .toList(),
                containsInAnyOrder(before.toArray()));
    }

    @Test
    public void tellsWhatAffinityCannotGive() {
        assertThat(plan(request(false), objects("before")).warnings(), is(not(empty())));
    }

    private AffinityRequest request(boolean remove) {
        Builder builder = AffinityRequest.builder().namespace("shop").remove(remove);
        builder = dialect.equals("service-client-ip") ? builder.service("web") : builder.ingress("web");
        return (remove ? builder : CASES.get(dialect).apply(builder)).build();
    }

    private List<KubeObject> objects(String when) {
        return Yaml.resource(dialect + "-" + when + ".yaml").stream()
                .filter(o -> !o.kind().equals("IngressClass"))
                .toList();
    }

    private AffinityPlan plan(AffinityRequest request, List<KubeObject> objects) {
        List<KubeObject> classes = new ArrayList<>(Yaml.resource(dialect + "-before.yaml"));
        classes.removeIf(o -> !o.kind().equals("IngressClass"));
        return AffinityPlanner.plan(
                request, new AffinityFacts(ofKind(objects, "Ingress"), ofKind(objects, "Service"), classes));
    }

    private List<KubeObject> apply(AffinityRequest request, List<KubeObject> objects) {
        Map<?, KubeObject> patches = plan(request, objects).changes().stream()
                .collect(Collectors.toMap(AffinityPlan.Change::object, AffinityPlan.Change::patch));
        return objects.stream()
                .map(o -> patches.containsKey(o.ref()) ? Yaml.merge(o, patches.get(o.ref())) : o)
                .toList();
    }

    private static List<KubeObject> ofKind(List<KubeObject> objects, String kind) {
        return objects.stream().filter(o -> o.kind().equals(kind)).toList();
    }

    private static List<KubeObject> normalized(List<KubeObject> objects) {
        return objects.stream().map(Yaml::normalized).toList();
    }

    private static KubeObject withoutEmptyAnnotations(KubeObject object) {
        return object.child("metadata", "annotations").isEmpty() ? object.without("metadata", "annotations") : object;
    }
}
