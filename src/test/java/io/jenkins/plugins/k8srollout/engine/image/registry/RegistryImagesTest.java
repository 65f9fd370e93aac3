package io.jenkins.plugins.k8srollout.engine.image.registry;

import static io.jenkins.plugins.k8srollout.engine.image.registry.RegistryFixture.problem;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import java.nio.charset.StandardCharsets;
import org.junit.Rule;
import org.junit.Test;

public class RegistryImagesTest {
    @Rule
    public final RegistryFixture it = new RegistryFixture();

    @Test
    public void readsAnImageInTwoRequests() {
        ImageDigest digest = image("1", MediaTypes.DOCKER_MANIFEST, "{\"os\":\"linux\",\"architecture\":\"amd64\"}");
        RemoteImage image = read("shop/web:1", Platform.LINUX_AMD64);
        assertThat(image.name().toString(), is(it.registry.authority() + "/shop/web:1@" + digest));
        assertThat(image.manifest().digest(), is(digest));
        assertThat(image.platform(), is(Platform.LINUX_AMD64));
        assertThat(image.configJson(), containsString("linux"));
        assertThat(image.layers(), hasSize(2));
        assertThat(image.layers().get(0).nondistributable(), is(true));
        assertThat(image.layers().get(1).nondistributable(), is(false));
        assertThat(it.server.lines(), hasSize(2));
    }

    @Test
    public void picksThePlatformFromIndexesOfBothKinds() {
        ImageDigest amd = image("x", MediaTypes.OCI_MANIFEST, "{\"os\":\"linux\",\"architecture\":\"amd64\"}");
        ImageDigest arm =
                image("y", MediaTypes.OCI_MANIFEST, "{\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\"}");
        for (String type : new String[] {MediaTypes.OCI_INDEX, MediaTypes.DOCKER_LIST}) {
            index(
                    "multi",
                    type,
                    entry(amd, "unknown", "unknown"),
                    entry(amd, "linux", "amd64"),
                    entry(arm, "linux", "arm64"));
            assertThat(read("shop/web:multi", Platform.LINUX_AMD64).manifest().digest(), is(amd));
            RemoteImage other = read("shop/web:multi", Platform.parse("linux/arm64/v8"));
            assertThat(other.manifest().digest(), is(arm));
            assertThat(other.platform().toString(), is("linux/arm64"));
        }
    }

    @Test
    public void aMissingPlatformNamesThoseThatThereAre() {
        ImageDigest amd = image("x", MediaTypes.OCI_MANIFEST, "{}");
        index("multi", MediaTypes.OCI_INDEX, entry(amd, "linux", "amd64"), entry(amd, "unknown", "unknown"));
        Problem problem = problem(() -> read("shop/web:multi", Platform.parse("linux/s390x")));
        assertThat(problem.kind(), is(Problem.Kind.NOT_FOUND));
        assertThat(problem.reason(), is("there is none for linux/s390x"));
        assertThat(problem.validValues(), contains("linux/amd64"));
    }

    @Test
    public void anIndexOfOneWithoutAPlatformIsThatOne() {
        ImageDigest only = image("x", MediaTypes.OCI_MANIFEST, "{}");
        index("one", MediaTypes.OCI_INDEX, "{\"mediaType\":\"m\",\"size\":1,\"digest\":\"" + only + "\"}");
        assertThat(read("shop/web:one", Platform.LINUX_AMD64).manifest().digest(), is(only));
    }

    @Test
    public void theTypeInTheContentCountsWhereTheHeaderSaysNothing() {
        it.registry.addManifest("shop/web", "1", "application/octet-stream", manifest("{}"));
        assertThat(read("shop/web:1", Platform.LINUX_AMD64).layers(), hasSize(2));
    }

    @Test
    public void theFirstFormatOfDockerIsRefused() {
        it.registry.addManifest(
                "shop/web", "old", "application/vnd.docker.distribution.manifest.v1+prettyjws", bytes("{}"));
        Problem problem = problem(() -> read("shop/web:old", Platform.LINUX_AMD64));
        assertThat(problem.kind(), is(Problem.Kind.REJECTED));
        assertThat(problem.remedy(), containsString("first version of Docker's format"));
    }

    @Test
    public void brokenContentIsAProblemNotABug() {
        it.registry.addManifest("shop/web", "a", MediaTypes.OCI_MANIFEST, bytes("{{"));
        it.registry.addManifest("shop/web", "b", MediaTypes.OCI_MANIFEST, bytes("{\"config\":{}}"));
        assertThat(problem(() -> read("shop/web:a", Platform.LINUX_AMD64)).reason(), containsString("no JSON"));
        assertThat(
                problem(() -> read("shop/web:b", Platform.LINUX_AMD64)).reason(), containsString("without a digest"));
    }

    @Test
    public void platformsAreParsedAndCompared() {
        assertThat(Platform.parse("linux/x86_64"), is(Platform.LINUX_AMD64));
        assertThat(Platform.parse("linux/arm/v7").takes(Platform.parse("linux/arm/v6")), is(false));
        assertThat(Platform.parse("linux/arm").takes(Platform.parse("linux/arm/v6")), is(true));
        for (String wrong : new String[] {"", "linux", "linux/", "linux/amd64/v1/x", "Linux/amd64", "a b/c"}) {
            assertThat(problem(() -> Platform.parse(wrong)).kind(), is(Problem.Kind.REFUSED_INPUT));
        }
    }

    private RemoteImage read(String name, Platform platform) {
        return new RegistryImages(it.client()).read(it.image(name), platform);
    }

    private ImageDigest image(String tag, String type, String config) {
        return it.registry.addManifest("shop/web", tag, type, manifest(config));
    }

    private byte[] manifest(String config) {
        ImageDigest digest = it.registry.addBlob("shop/web", bytes(config));
        String layer = "{\"mediaType\":\"%s\",\"size\":2,\"digest\":\"" + ImageDigest.of(bytes("layer")) + "\"}";
        return bytes("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\",\"config\":{\"digest\":\""
                + digest + "\",\"size\":" + config.length() + "},\"layers\":["
                + layer.formatted("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip") + ","
                + layer.formatted(MediaTypes.OCI_LAYER_GZIP) + "]}");
    }

    private void index(String tag, String type, String... entries) {
        it.registry.addManifest("shop/web", tag, type, bytes("{\"manifests\":[" + String.join(",", entries) + "]}"));
    }

    private static String entry(ImageDigest digest, String os, String architecture) {
        return "{\"mediaType\":\"m\",\"size\":1,\"digest\":\"%s\",\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\"}}"
                .formatted(digest, os, architecture);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
