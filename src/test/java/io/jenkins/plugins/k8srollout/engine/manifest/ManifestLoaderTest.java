package io.jenkins.plugins.k8srollout.engine.manifest;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.Test;

public class ManifestLoaderTest {
    private static final String HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";

    @Test
    public void documentsKnowTheirPlace() {
        LoadedManifests loaded = load("""
                # a comment of the whole file
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: a}
                spec:
                  ports:
                    - name: http
                      port: 80
                    - port: 81
                --- # next
                # nothing in here
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: b}
                """);
        assertThat(loaded.findings(), is(empty()));
        ManifestDocument first = loaded.documents().get(0);
        ManifestDocument second = loaded.documents().get(1);
        assertThat(first.document(), is(1));
        assertThat(first.lineOf(), is(3));
        assertThat(first.lineOf("spec", "ports", 0, "port"), is(9));
        assertThat(first.lineOf("spec", "ports", 1), is(10));
        assertThat(first.lineOf("spec", "ports", 1, "targetPort", "absent"), is(10));
        assertThat(first.lineOf("spec", "ports", 7), is(7));
        assertThat(second.document(), is(3));
        assertThat(second.lineOf("metadata", "name"), is(16));
        assertThat(second.toString(), is("Service/b in web.yaml, document 3"));
    }

    @Test
    public void mistakeInOneDocumentHidesNoneInTheOthers() {
        LoadedManifests loaded = load("a: [1\n---\n" + HEAD + "---\nb: 'open\n---\n- item\n---\njust text\n");
        assertThat(
                places(loaded),
                contains("yaml-syntax 1:2", "yaml-syntax 3:9", "not-an-object 4:10", "not-an-object 5:12"));
        assertThat(loaded.documents(), hasSize(1));
    }

    @Test
    public void objectNeedsVersionKindAndName() {
        LoadedManifests loaded = load("metadata: {}\n---\nkind: X\napiVersion: v1\nmetadata:\n  generateName: x-\n");
        assertThat(
                places(loaded),
                contains("missing-api-version 1:1", "missing-kind 1:1", "missing-name 1:1", "missing-name 2:3"));
        assertThat(loaded.findings().get(3).fix(), containsString("generateName"));
        assertThat(loaded.documents(), is(empty()));
    }

    @Test
    public void listsAreTakenApart() {
        LoadedManifests loaded = load("""
                apiVersion: v1
                kind: List
                items:
                - apiVersion: v1
                  kind: ConfigMap
                  metadata:
                    name: a
                - apiVersion: apps/v1
                  kind: DeploymentList
                  items:
                  - metadata:
                      name: b
                - text
                """);
        assertThat(
                loaded.documents().stream()
                        .map(d -> d.object().ref().toString())
                        .toList(),
                contains("ConfigMap/a", "Deployment/b"));
        assertThat(loaded.documents().get(1).lineOf("metadata", "name"), is(12));
        assertThat(loaded.documents().get(1).object().apiVersion(), is("apps/v1"));
        assertThat(places(loaded), contains("not-an-object 1:13"));
    }

    @Test
    public void jsonIsReadWithItsLines() {
        LoadedManifests loaded = load(
                "\n{\n\t\"apiVersion\":\"v1\",\n\t\"kind\":\"ConfigMap\",\n"
                        + "\t\"metadata\":{\"name\":\"a\"},\n\t\"data\":{\"x\":\"\\u00e9\\ud83d\\ude00\\/\\t\",\"n\":\"on\"}\n}\n");
        assertThat(loaded.findings(), is(empty()));
        assertThat(loaded.documents().get(0).lineOf("data", "x"), is(6));
        assertThat(loaded.documents().get(0).object().text("data", "x").get(), is("é😀/\t"));
        assertThat(loaded.documents().get(0).object().text("data", "n").get(), is("on"));
    }

    @Test
    public void valuesHaveTheTypesKubernetesGivesThem() {
        KubeObject object = one(HEAD + "v: [yes, 0644, 'yes', !!str 12, 1.0, ~, |\n  a\n]\n".replace("|\n  a\n", "z"));
        assertThat(object.items("v"), is(java.util.Arrays.asList(true, 420L, "yes", "12", 1L, null, "z")));
        assertThat(
                one(HEAD + "data:\n  y: a\n  8080: b\n").child("data").fields().keySet(), contains("true", "8080"));
    }

    @Test
    public void anchorsAndMergesAreResolved() {
        KubeObject object = one(HEAD + "a: &a {x: 1, y1: 2}\nb:\n  <<: *a\n  x: 3\nc: *a\n");
        assertThat(object.number("b", "x").get(), is(3L));
        assertThat(object.number("b", "y1").get(), is(2L));
        assertThat(object.number("c", "x").get(), is(1L));
    }

    @Test
    public void duplicateKeysAreErrors() {
        LoadedManifests loaded = load(HEAD + "data:\n  a: 1\n  b: 2\n  a: 3\n");
        assertThat(places(loaded), contains("duplicate-key 1:8"));
    }

    @Test
    public void onlyPlainTypesAreMade() {
        LoadedManifests loaded = load(HEAD + "x: !!javax.script.ScriptEngineManager [a]\ny: !secret b\n");
        assertThat(places(loaded), contains("yaml-tag 1:5", "yaml-tag 1:6"));
    }

    @Test
    public void bombsAreRefused() {
        StringBuilder doubling = new StringBuilder(HEAD + "a0: &a0 [x, x]\n");
        for (int i = 1; i < 40; i++) {
            doubling.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }
        StringBuilder many = new StringBuilder(HEAD + "a: &a [x]\nb:\n");
        many.append("- *a\n".repeat(1000));
        for (String bomb : List.of(
                doubling.toString(),
                many.toString(),
                HEAD + "a: &a [*a]\n",
                HEAD + "a: " + "[".repeat(5000) + "]".repeat(5000) + "\n")) {
            LoadedManifests loaded = load(bomb);
            assertThat(loaded.documents(), is(empty()));
            assertThat(rules(loaded), is("too-large"));
        }
    }

    @Test
    public void adviceFitsTheMistake() {
        assertThat(load("a:\n\tb: 1\n").findings().get(0).fix(), containsString("tabs"));
        assertThat(load("{{- if x }}\na: 1\n").findings().get(0).fix(), containsString("helm template"));
        assertThat(load("a: b: c\n").findings().get(0).fix(), containsString("colon"));
        assertThat(load("a: *nothing\n").findings().get(0).fix(), containsString("anchor"));
    }

    @Test
    public void syntaxErrorShowsNothingOfTheText() {
        Finding finding =
                load("stringData:\n  password: hunter2\n  : 'x\n").findings().get(0);
        assertThat(finding.summary(), not(containsString("hunter2")));
    }

    @Test
    public void variablesAreLeftAloneWithoutValues() {
        assertThat(one(HEAD + "v: \"${A} $${B}\"\n").text("v").get(), is("${A} $${B}"));
    }

    @Test
    public void variablesAreReplacedInValues() {
        LoadedManifests loaded = ManifestLoader.load(
                List.of(
                        new ManifestSource(
                                "web.yaml",
                                HEAD
                                        + "count: ${N}\nq: '${N}'\nk-${NAME}: $${N} $N ${a.b}\nevil: ${EVIL}\n# ${COMMENT}\nu: ${U}\n")),
                Map.of("N", "3", "NAME", "web", "EVIL", "x\ninjected: true"));
        KubeObject object = loaded.documents().get(0).object();
        assertThat(object.number("count").get(), is(3L));
        assertThat(object.text("q").get(), is("3"));
        assertThat(object.text("k-web").get(), is("${N} $N ${a.b}"));
        assertThat(object.text("evil").get(), is("x\ninjected: true"));
        assertThat(places(loaded), contains("unknown-variable 1:10"));
    }

    @Test
    public void windowsLineEndsAreTaken() {
        LoadedManifests loaded = load((HEAD + "---\n" + HEAD).replace("\n", "\r\n"));
        assertThat(loaded.findings(), is(empty()));
        assertThat(loaded.documents(), hasSize(2));
        assertThat(loaded.documents().get(1).lineOf("metadata", "name"), is(9));
    }

    private static LoadedManifests load(String text) {
        return ManifestLoader.load(List.of(new ManifestSource("web.yaml", text)), Map.of());
    }

    private static KubeObject one(String text) {
        LoadedManifests loaded = load(text);
        assertThat(loaded.findings(), is(empty()));
        return loaded.documents().get(0).object();
    }

    private static List<String> places(LoadedManifests loaded) {
        return loaded.findings().stream()
                .map(f -> f.rule() + " " + f.document() + ":" + f.line())
                .toList();
    }

    private static String rules(LoadedManifests loaded) {
        return loaded.findings().stream().map(Finding::rule).distinct().collect(Collectors.joining(" "));
    }
}
