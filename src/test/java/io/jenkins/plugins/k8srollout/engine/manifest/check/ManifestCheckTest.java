package io.jenkins.plugins.k8srollout.engine.manifest.check;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.manifest.LoadedManifests;
import io.jenkins.plugins.k8srollout.engine.manifest.ManifestLoader;
import io.jenkins.plugins.k8srollout.engine.manifest.Yaml;
import io.jenkins.plugins.k8srollout.engine.manifest.upgrade.KnownApis;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Batches;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Order;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.Test;

public class ManifestCheckTest {
    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: web}
            spec:
              containers:
              - name: web
                image: "not good:"
              - name: proxy
                image: nginx:1
            """;

    @Test
    public void imagesOfTheReleaseAreJudgedInPlaceOfTheOld() {
        assertThat(check(POD, Map.of("web", ImageReference.parse("r.example.com/web:2"))), is(List.of()));
        List<Finding> latest = check(POD, Map.of("web", ImageReference.parse("r.example.com/web")));
        assertThat(latest.stream().map(Finding::rule).toList(), contains("image-latest"));
    }

    @Test
    public void imageThatNoContainerUsesIsAnErrorThatNamesTheContainers() {
        Finding finding = check(
                        POD.replace("not good:", "a:1"), Map.of("wbe", ImageReference.parse("r.example.com/web:2")))
                .get(0);
        assertThat(finding.rule(), is("image-unused"));
        assertThat(finding.summary(), allOf(containsString("images: error:"), containsString("proxy, web")));
    }

    @Test
    public void imageThatFitsTwoApplicationsIsAnErrorThatNamesBoth() {
        String two =
                "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: app, image: \"r.io/a:1\"}]}}\n"
                        + "---\n"
                        + "{apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {containers: [{name: app, image: \"r.io/b:1\"}]}}\n";
        Finding finding =
                check(two, Map.of("app", ImageReference.parse("r.io/c:1"))).get(0);
        assertThat(finding.rule(), is("image-ambiguous"));
        assertThat(finding.message(), containsString("r.io/a, r.io/b"));
    }

    @Test
    public void objectWithoutNamespaceIsTheOneOfTheReleasesNamespace() {
        String twice = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n---\n"
                + "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}}\n";
        CheckContext context = new CheckContext(KnownApis.newest(), "shop", Map.of(), Set.of());
        List<Finding> findings = ManifestCheck.check(Yaml.documents(twice), context);
        assertThat(findings.stream().map(Finding::rule).toList(), contains("duplicate-object"));
    }

    @Test
    public void portRangeIsTheServersToDecideWhereItIsAsked() {
        String service = "{apiVersion: v1, kind: Service, metadata: {name: a},"
                + " spec: {type: NodePort, selector: {a: b}, ports: [{port: 80, nodePort: 8080}]}}";
        CheckContext offline = CheckContext.offline(KnownApis.newest());
        CheckContext live = new CheckContext(KnownApis.newest(), "shop", Map.of(), Set.of(), true);
        assertThat(severity(service, offline), is(Finding.Severity.ERROR));
        assertThat(severity(service, live), is(Finding.Severity.WARNING));
    }

    private static Finding.Severity severity(String text, CheckContext context) {
        return ManifestCheck.check(Yaml.documents(text), context).stream()
                .filter(f -> f.rule().equals("node-port-range"))
                .findFirst()
                .orElseThrow()
                .severity();
    }

    @Test
    public void onePodIsJudgedByTheReleasesStrategy() {
        String deployment = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {replicas: 1, selector:"
                + " {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image:"
                + " \"a:1\"}]}}}}";
        String stopped = deployment.replace("replicas: 1", "replicas: 1, strategy: {type: Recreate}");
        Batches batches = Batches.DEFAULT;
        assertThat(isStoppedFirst(deployment, new Strategy.Rolling()), is(false));
        assertThat(isStoppedFirst(deployment, new Strategy.Recreate()), is(true));
        assertThat(isStoppedFirst(deployment, batches), is(true));
        assertThat(isStoppedFirst(stopped, new Strategy.Rolling()), is(true));
        assertThat(isStoppedFirst(stopped, batches.withOrder(Order.START_FIRST)), is(false));
    }

    private static boolean isStoppedFirst(String text, Strategy strategy) {
        CheckContext context = new CheckContext(KnownApis.newest(), "shop", Map.of(), Set.of(), true, strategy);
        return ManifestCheck.check(Yaml.documents(text), context).stream()
                .anyMatch(f -> f.rule().equals("stop-first"));
    }

    @Test
    public void mountWithoutANameIsSaidToHaveNone() {
        String pod = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: c, image: \"a:1\","
                + " volumeMounts: [{mountPath: /x}]}]}}";
        Finding finding = check(pod, Map.of()).stream()
                .filter(f -> f.rule().equals("volume-missing"))
                .findFirst()
                .orElseThrow();
        assertThat(finding.message(), containsString("does not name its volume"));
    }

    @Test
    public void findingsComeInTheOrderOfFilesAndLines() {
        String text = "{apiVersion: v1, kind: ConfigMap, metadata: {name: A}}\n---\n"
                + "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: B}\ndata: {a: 1}\n";
        LoadedManifests loaded = ManifestLoader.load(
                List.of(
                        new ManifestSource("z.yaml", text),
                        new ManifestSource("a.yaml", text.replace("A", "C").replace("B", "D"))),
                Map.of());
        List<Finding> findings = ManifestCheck.check(loaded.documents(), CheckContext.offline(KnownApis.newest()));
        assertThat(
                findings.stream().map(f -> f.file() + ":" + f.line()).toList(),
                contains("z.yaml:1", "z.yaml:5", "z.yaml:6", "a.yaml:1", "a.yaml:5", "a.yaml:6"));
    }

    @Test
    public void serviceMayBeginWithADigitWhereTheServerAllowsIt() {
        String service = "{apiVersion: v1, kind: Service, metadata: {name: 1web}, spec: {ports: [{port: 80}]}}";
        for (String version : List.of("1.20", "1.34", "1.36")) {
            List<Finding> findings =
                    ManifestCheck.check(Yaml.documents(service), CheckContext.offline(KnownApis.of(version)));
            assertThat(version, findings.isEmpty(), is(version.equals("1.36")));
        }
    }

    @Test
    public void severalThousandObjectsAreNoTrouble() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 3000; i++) {
            text.append(POD.replace("not good:", "a:1").replace("name: web}", "name: web-" + i + "}"))
                    .append("---\n");
        }
        assertThat(check(text.toString(), Map.of()), is(List.of()));
    }

    private static List<Finding> check(String text, Map<String, ImageReference> images) {
        return ManifestCheck.check(Yaml.documents(text), new CheckContext(KnownApis.newest(), "", images, Set.of()));
    }
}
