package io.jenkins.plugins.k8srollout.engine.model;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.Test;

public class ImageReferenceTest {
    private static final String HEX = "0123456789abcdef".repeat(4);

    @Test
    public void namesAreReadAsDockerReadsThem() {
        Map<String, String> table = Map.ofEntries(
                Map.entry("nginx", "docker.io/library/nginx"),
                Map.entry("nginx:1.29", "docker.io/library/nginx:1.29"),
                Map.entry("bitnami/nginx", "docker.io/bitnami/nginx"),
                Map.entry("docker.io/nginx", "docker.io/library/nginx"),
                Map.entry("localhost/web", "localhost/web"),
                Map.entry("localhost:5000/web:1", "localhost:5000/web:1"),
                Map.entry("[::1]:5000/web", "[::1]:5000/web"),
                Map.entry("harbor.example.com/a/b/c:v1.2-x_y", "harbor.example.com/a/b/c:v1.2-x_y"),
                Map.entry("r.io/a__b--c.d_e", "r.io/a__b--c.d_e"),
                Map.entry("r.io/web:1@sha256:" + HEX, "r.io/web:1@sha256:" + HEX));
        table.forEach((text, name) -> assertThat(ImageReference.parse(text).toString(), is(name)));
    }

    @Test
    public void malformedNamesAreRefused() {
        for (String text : List.of(
                "",
                " ",
                ":1",
                "@sha256:" + HEX,
                "Web",
                "r.io/Web:1",
                "web:",
                "web:a b",
                "web:-1",
                "web:" + "x".repeat(129),
                "https://r.io/web",
                "r.io//web",
                "r.io/web/",
                "/web",
                "r.io/-web",
                "r.io/a___b",
                "web@sha256:123",
                "web@md5:" + HEX,
                "r.io:port/web",
                "-r.io/web",
                "web@",
                "a".repeat(300),
                "a/".repeat(50_000) + "a",
                "a.".repeat(50_000) + "b/c")) {
            ReleaseException e = assertThrows(
                    text.length() > 99 ? "long name" : text, ReleaseException.class, () -> ImageReference.parse(text));
            assertThat(e.problem().kind(), is(Problem.Kind.REFUSED_INPUT));
        }
    }

    @Test
    public void pinnedNameLeavesTheTagOut() {
        ImageReference image = ImageReference.parse("r.io/web:1").withDigest(new ImageDigest(HEX));
        assertThat(image.pinned(), is("r.io/web@sha256:" + HEX));
        assertThat(image.withTag("2").toString(), is("r.io/web:2@sha256:" + HEX));
        assertThrows(
                ReleaseException.class, () -> ImageReference.parse("r.io/web:1").pinned());
    }

    @Test
    public void equalNamesAreEqual() {
        assertThat(ImageReference.parse("nginx:1"), is(ImageReference.parse("docker.io/library/nginx:1")));
        assertThat(
                ImageReference.parse("nginx:1").hashCode(),
                is(ImageReference.parse("docker.io/library/nginx:1").hashCode()));
        assertThat(ImageReference.parse("nginx:1").sameRepository(ImageReference.parse("nginx:2")), is(true));
        assertThat(ImageReference.parse("nginx").sameRepository(ImageReference.parse("r.io/library/nginx")), is(false));
    }
}
