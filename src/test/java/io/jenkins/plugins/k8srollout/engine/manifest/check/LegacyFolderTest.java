package io.jenkins.plugins.k8srollout.engine.manifest.check;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.manifest.LoadedManifests;
import io.jenkins.plugins.k8srollout.engine.manifest.ManifestDocument;
import io.jenkins.plugins.k8srollout.engine.manifest.ManifestLoader;
import io.jenkins.plugins.k8srollout.engine.manifest.upgrade.ApiUpgrade;
import io.jenkins.plugins.k8srollout.engine.manifest.upgrade.KnownApis;
import io.jenkins.plugins.k8srollout.engine.manifest.upgrade.Upgrade;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameter;
import org.junit.runners.Parameterized.Parameters;

/** A folder that nobody has touched since 2017, and the same folder once its errors are mended. */
@RunWith(Parameterized.class)
public class LegacyFolderTest {

    @Parameters(name = "Kubernetes {0}")
    public static List<String> versions() {
        return List.of("1.20", KnownApis.newest().serverVersion());
    }

    @Parameter(0)
    public String version;

    @Test
    public void everythingIsExplainedInOneRun() throws IOException, URISyntaxException {
        List<Finding> findings = findings("legacy");
        assertThat(
                findings.stream()
                        .map(f -> f.file() + " " + f.document() + " " + f.line() + " "
                                + f.severity().word() + " " + f.object() + " " + f.rule())
                        .toList(),
                contains(
                        "deployment.yaml 1 2 info Deployment/web api-version-upgraded",
                        "deployment.yaml 1 25 warning Deployment/web password-in-env",
                        "deployment.yaml 1 31 error Deployment/web memory-in-milli-units",
                        "deployment.yaml 1 33 warning Deployment/web volume-never-mounted",
                        "log-rule.yaml 1 2 error LogRule/web-access unknown-kind",
                        "registry-login.yaml 1 7 error Secret/registry-login docker-config",
                        "service.yaml 1 13 error Service/web node-port-range",
                        "service.yaml 2 15 info Ingress/web api-version-upgraded"));
        assertThat(findings.stream().map(Finding::fix).toList(), everyItem(not(is(""))));
        assertThat(findings.stream().map(Finding::summary).toList(), everyItem(not(containsString("correct-horse"))));
    }

    @Test
    public void mendedFolderChecksClean() throws IOException, URISyntaxException {
        assertThat(
                findings("legacy-mended").stream()
                        .map(f -> f.object() + " " + f.rule())
                        .toList(),
                contains(
                        "Deployment/web api-version-upgraded",
                        "CustomResourceDefinition/logrules.logs.example.com api-version-upgraded",
                        "Ingress/web api-version-upgraded"));
    }

    @Test
    public void mendedFolderIsUpgraded() throws IOException, URISyntaxException {
        ServedApis apis = KnownApis.of(version);
        List<String> upgraded = new ArrayList<>();
        for (ManifestDocument document : load("legacy-mended").documents()) {
            Upgrade upgrade = ApiUpgrade.upgrade(document.object(), apis);
            upgrade.change().ifPresent(c -> upgraded.add(upgrade.object() + " " + c.from() + " > " + c.to()));
        }
        assertThat(
                upgraded,
                contains(
                        "Deployment/web extensions/v1beta1 > apps/v1",
                        "CustomResourceDefinition/logrules.logs.example.com apiextensions.k8s.io/v1beta1 > apiextensions.k8s.io/v1",
                        "Ingress/web extensions/v1beta1 > networking.k8s.io/v1"));
    }

    private List<Finding> findings(String folder) throws IOException, URISyntaxException {
        LoadedManifests loaded = load(folder);
        assertThat(loaded.findings(), is(List.of()));
        return ManifestCheck.check(loaded.documents(), CheckContext.offline(KnownApis.of(version)));
    }

    private static LoadedManifests load(String folder) throws IOException, URISyntaxException {
        Path path = Path.of(
                LegacyFolderTest.class.getResource("/manifests/" + folder).toURI());
        List<ManifestSource> sources = new ArrayList<>();
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.sorted().toList()) {
                sources.add(new ManifestSource(file.getFileName().toString(), Files.readString(file)));
            }
        }
        return ManifestLoader.load(sources, Map.of());
    }
}
