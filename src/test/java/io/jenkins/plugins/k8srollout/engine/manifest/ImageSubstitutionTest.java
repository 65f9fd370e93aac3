package io.jenkins.plugins.k8srollout.engine.manifest;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Map;
import org.junit.Test;

public class ImageSubstitutionTest {
    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);
    private static final ImageReference NEW = ImageReference.parse("harbor.example.com/shop/web:2@" + DIGEST);
    private static final String PINNED = "harbor.example.com/shop/web@" + DIGEST;

    private final List<KubeObject> objects = Yaml.all("""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              template:
                spec:
                  initContainers: [{name: migrate, image: "harbor.example.com/shop/web:1"}]
                  containers:
                  - {name: web, image: "harbor.example.com/shop/web:1"}
                  - {name: proxy, image: nginx}
            ---
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: clean}
            spec:
              jobTemplate:
                spec:
                  template:
                    spec:
                      containers: [{name: clean, image: "harbor.example.com/shop/web:1"}]
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: other}
            spec:
              containers: [{name: app, image: "other.example.com/else/web:1"}, {name: odd, image: "Not An Image"}]
            """);

    @Test
    public void containerNameChoosesOneContainer() {
        ImageSubstitution.Result result = replace(Map.of("web", NEW));
        assertThat(changes(result), contains("Deployment/web web " + PINNED));
        assertThat(result.objects(), hasSize(3));
        assertThat(
                result.objects()
                        .get(0)
                        .text("spec", "template", "spec", "initContainers", 0, "image")
                        .get(),
                is("harbor.example.com/shop/web:1"));
    }

    @Test
    public void repositoryChoosesEveryContainerThatRunsIt() {
        for (String key : List.of("harbor.example.com/shop/web", "shop/web", "harbor.example.com/shop/web:1")) {
            assertThat(
                    key,
                    changes(replace(Map.of(key, NEW))),
                    contains(
                            "Deployment/web migrate " + PINNED,
                            "Deployment/web web " + PINNED,
                            "CronJob/clean clean " + PINNED));
        }
    }

    @Test
    public void dockerHubNamesAreUnderstood() {
        assertThat(
                changes(replace(Map.of("nginx", ImageReference.parse("nginx:1.29")))),
                contains("Deployment/web proxy docker.io/library/nginx:1.29"));
    }

    @Test
    public void containerNameGoesBeforeRepository() {
        ImageReference other = ImageReference.parse("harbor.example.com/shop/web:tools");
        assertThat(
                changes(replace(Map.of("shop/web", NEW, "clean", other))),
                contains(
                        "Deployment/web migrate " + PINNED,
                        "Deployment/web web " + PINNED,
                        "CronJob/clean clean " + other));
    }

    @Test
    public void malformedImageCanBeReplacedByContainerName() {
        assertThat(changes(replace(Map.of("odd", NEW))), contains("Pod/other odd " + PINNED));
    }

    @Test
    public void keyThatFitsNothingIsTold() {
        ImageSubstitution.Result result = replace(Map.of("wbe", NEW, "shop", NEW));
        assertThat(result.unused(), contains("shop", "wbe"));
        assertThat(result.objects(), is(objects));
    }

    @Test
    public void oneImageNeverLandsInTwoApplications() {
        List<KubeObject> two = Yaml.all("""
                {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: app, image: "r.io/x/web:1"}]}}
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {containers: [{name: app, image: "r.io/y/web:1"}]}}
                """);
        ImageReference neither = ImageReference.parse("r.io/z/web:2");
        ImageSubstitution.Result unclear = ImageSubstitution.replace(two, Map.of("app", neither, "web", neither));
        assertThat(unclear.ambiguous().keySet(), contains("app", "web"));
        assertThat(unclear.ambiguous().get("app"), contains("r.io/x/web", "r.io/y/web"));
        assertThat(unclear.replacements(), is(empty()));
        ImageSubstitution.Result clear =
                ImageSubstitution.replace(two, Map.of("app", ImageReference.parse("r.io/y/web:2")));
        assertThat(changes(clear), contains("Pod/b app r.io/y/web:2"));
    }

    private ImageSubstitution.Result replace(Map<String, ImageReference> images) {
        return ImageSubstitution.replace(objects, images);
    }

    private static List<String> changes(ImageSubstitution.Result result) {
        return result.replacements().stream()
                .map(r -> r.object() + " " + r.container() + " " + r.to())
                .toList();
    }
}
