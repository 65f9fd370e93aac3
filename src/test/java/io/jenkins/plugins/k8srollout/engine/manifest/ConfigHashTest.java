package io.jenkins.plugins.k8srollout.engine.manifest;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.Test;

public class ConfigHashTest {
    private static final Function<ObjectRef, Optional<KubeObject>> NOTHING = ref -> Optional.empty();
    private static final KubeObject WEB = Yaml.one("""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: shop}
            spec:
              template:
                spec:
                  containers:
                  - name: web
                    envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: login}}]
                  volumes: [{name: s, configMap: {name: settings}}]
            """);
    private static final KubeObject SETTINGS = Yaml.one(
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop}, data: {a: x, b: y}}");
    private static final KubeObject LOGIN = Yaml.one(
            "{apiVersion: v1, kind: Secret, metadata: {name: login, namespace: shop}, data: {password: aHVudGVyMg==}}");

    @Test
    public void changeOfAnyContentChangesTheHash() {
        String hash = hash(WEB, SETTINGS, LOGIN);
        assertThat(hash, matchesPattern("[0-9a-f]{16}"));
        assertThat(hash(WEB, SETTINGS.with("z", "data", "a"), LOGIN), is(not(hash)));
        assertThat(hash(WEB, SETTINGS.with("x", "data", "c"), LOGIN), is(not(hash)));
        assertThat(hash(WEB, SETTINGS, LOGIN.with("", "data", "password")), is(not(hash)));
        assertThat(hash(WEB, SETTINGS), is(not(hash)));
    }

    @Test
    public void orderAndWayOfWritingDoNotMatter() {
        String hash = hash(WEB, SETTINGS, LOGIN);
        KubeObject other = SETTINGS.without("data", "a").with("x", "data", "a").with("l", "metadata", "labels", "k");
        KubeObject plain = LOGIN.without("data").with("hunter2", "stringData", "password");
        assertThat(hash(WEB, plain, other), is(hash));
    }

    @Test
    public void contentCannotMoveBetweenKeysUnseen() {
        assertThat(
                hash(WEB, SETTINGS.with("xb", "data", "a").with("", "data", "b"), LOGIN),
                is(not(hash(WEB, SETTINGS.with("x", "data", "a").with("b", "data", "b"), LOGIN))));
    }

    @Test
    public void whatIsNotInTheFolderIsLookedUpOnce() {
        List<String> asked = new ArrayList<>();
        List<KubeObject> annotated =
                ConfigHash.annotate(List.of(WEB, WEB.with("web2", "metadata", "name"), SETTINGS), ref -> {
                    asked.add(ref.apiVersion() + " " + ref);
                    return Optional.empty();
                });
        assertThat(asked, contains("v1 Secret/shop/login"));
        assertThat(hashOf(annotated.get(0)), is(hashOf(annotated.get(1))));
        KubeObject found = ConfigHash.annotate(List.of(WEB, SETTINGS), ref -> Optional.of(LOGIN))
                .get(0);
        assertThat(hashOf(found), is(hash(WEB, SETTINGS, LOGIN)));
    }

    @Test
    public void sameNameInAnotherNamespaceIsAnotherObject() {
        assertThat(
                hash(WEB, SETTINGS, LOGIN, LOGIN.with("else", "metadata", "namespace")),
                is(hash(WEB, SETTINGS, LOGIN)));
    }

    @Test
    public void whatUsesNoConfigurationOrRunsOnceStaysAsItIs() {
        KubeObject without = WEB.without("spec", "template", "spec", "volumes")
                .without("spec", "template", "spec", "containers", 0, "envFrom");
        KubeObject job = WEB.with("Job", "kind").with("batch/v1", "apiVersion");
        List<KubeObject> objects = List.of(without, job, SETTINGS);
        assertThat(ConfigHash.annotate(objects, NOTHING), is(objects));
    }

    private static String hash(KubeObject... objects) {
        return hashOf(ConfigHash.annotate(List.of(objects), NOTHING).get(0));
    }

    private static String hashOf(KubeObject workload) {
        return workload.text("spec", "template", "metadata", "annotations", ConfigHash.ANNOTATION)
                .orElseThrow();
    }
}
