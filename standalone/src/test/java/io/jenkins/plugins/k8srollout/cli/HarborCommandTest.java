package io.jenkins.plugins.k8srollout.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.testutil.FakeHarbor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** {@code harbor} and {@code build-image} with a Harbor in memory. */
public class HarborCommandTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final FakeHarbor harbor = new FakeHarbor().scans(0, "Success");
    private final CommandLineFixture cli = new CommandLineFixture().with("REGISTRY_PASSWORD", FakeHarbor.PASSWORD);
    private String image;

    @Before
    public void sources() throws IOException {
        image = harbor.authority() + "/shop/web";
        Files.writeString(folder.getRoot().toPath().resolve("Dockerfile"), "FROM scratch\nENV A=1\n");
    }

    @After
    public void keepsToTheContract() {
        assertThat(harbor.violations(), empty());
        harbor.close();
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--plain-http", harbor.authority(), "--registry-user", FakeHarbor.USER));
        return cli.run(all.toArray(String[]::new));
    }

    private int build(String... more) {
        Path root = folder.getRoot().toPath();
        List<String> all = new ArrayList<>(
                List.of("build-image", root.toString(), "--image", image, "--tag", "v7", "--cache", root + "/cache"));
        all.addAll(List.of(more));
        return run(all.toArray(String[]::new));
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(cli.out());
    }

    @Test
    public void statusTellsVersionAndRights() throws IOException {
        harbor.project("shop", false).rights(List.of("repository:pull", "repository:push", "artifact:read"));
        assertThat(run("harbor", "status", harbor.authority()), equalTo(ExitCode.OK));
        assertThat(
                cli.out(),
                allOf(
                        containsString("Harbor v2.12.1-0f2e3d4c, healthy"),
                        containsString("user 'robot$ci' may not create projects"),
                        containsString("project shop (private)"),
                        containsString("  build: yes"),
                        containsString("  scan: no, missing scan: create, artifact-addition: read")));
        assertThat(run("harbor", "status", harbor.authority(), "-o", "json"), equalTo(ExitCode.OK));
        assertThat(json().at("/projects/0/missing/build").size(), equalTo(0));
        assertThat(json().at("/projects/0/missing/clean-up/0").asText(), equalTo("artifact: list"));
    }

    @Test
    public void aWrongPasswordIsNoAccess() {
        cli.with("REGISTRY_PASSWORD", "wrong");
        assertThat(run("harbor", "status", harbor.authority()), equalTo(ExitCode.NO_ACCESS));
        assertThat(cli.err(), allOf(containsString("401 UNAUTHORIZED"), not(containsString("wrong"))));
    }

    @Test
    public void aProjectIsMadeAndShown() {
        harbor.systemRights(List.of("project:create"));
        String place = harbor.authority() + "/fresh";
        assertThat(run("harbor", "project", place), equalTo(ExitCode.USAGE));
        assertThat(run("harbor", "project", place, "--create", "secret"), equalTo(ExitCode.USAGE));
        assertThat(cli.err(), containsString("private, public"));
        assertThat(run("harbor", "project", place, "--create", "public", "--auto-scan"), equalTo(ExitCode.OK));
        assertThat(
                cli.out(),
                allOf(
                        containsString("created the public project fresh"),
                        containsString("project fresh: public, scans what is pushed"),
                        containsString("storage: 990 B used of 1.0 kB"),
                        containsString("immutable: tags matching v* in repositories matching **")));
    }

    @Test
    public void aBuildCanBeScannedLabelledAndCleanedUpAfter() throws IOException {
        harbor.project("shop", false)
                .finding("CVE-1", "Low", "zlib", "1.0", "1.1")
                .image("shop/web", "sha256:" + "a".repeat(64), "v1", "2026-01-01T00:00:00Z", "owner: job")
                .image("shop/web", "sha256:" + "b".repeat(64), "v2", "2026-01-02T00:00:00Z", "owner: job");
        int code = build(
                "--scan", "high", "--artifact-label", "build 7", "--keep-tags", "1", "--owner", "job", "-o", "json");
        assertThat(cli.err(), code, equalTo(ExitCode.OK));
        assertThat(json().at("/scan/passed").asBoolean(), equalTo(true));
        assertThat(json().at("/scan/counts/low").asInt(), equalTo(1));
        assertThat(json().at("/deletedTags/0").asText(), equalTo("v1"));
        assertThat(harbor.labels("shop/web", json().path("digest").asText()), contains("build 7", "owner: job"));
    }

    @Test
    public void findingsEndTheBuildWithOneAndTheResult() throws IOException {
        harbor.project("shop", false).finding("CVE-1", "Critical", "xz", "5.6.0", "5.6.2");
        assertThat(build("--scan", "high", "-o", "json"), equalTo(ExitCode.UNHEALTHY));
        assertThat(json().at("/scan/findings/0/id").asText(), equalTo("CVE-1"));
        assertThat(
                cli.err(),
                allOf(containsString("critical CVE-1 xz 5.6.0, fixed in 5.6.2"), containsString("has been pushed")));

        assertThat(run("harbor", "scan", image + ":v7"), equalTo(ExitCode.UNHEALTHY));
        assertThat(cli.out(), containsString("SEVERITY FINDING PACKAGE VERSION FIXED IN"));
        assertThat(run("harbor", "scan", image + ":absent"), equalTo(ExitCode.USAGE));
    }

    @Test
    public void labelsAndCleanUpWorkAlone() {
        harbor.project("shop", false);
        assertThat(build(), equalTo(ExitCode.OK));
        assertThat(harbor.used(), empty());
        assertThat(run("harbor", "label", image + ":v7", "build 7", "owner: job"), equalTo(ExitCode.OK));
        harbor.image("shop/web", "sha256:" + "a".repeat(64), "v1", "2026-01-01T00:00:00Z", "owner: job")
                .image("shop/web", "sha256:" + "b".repeat(64), "v2", "2026-01-02T00:00:00Z", "owner: job");
        assertThat(
                run("harbor", "clean-up", image, "--owner", "job", "--keep", "1", "--dry-run"), equalTo(ExitCode.OK));
        assertThat(cli.out(), containsString("would delete old tags of shop/web: v1"));
        assertThat(harbor.tags("shop/web"), hasItem("v1"));
        assertThat(run("harbor", "clean-up", image, "--owner", "job", "--keep", "1"), equalTo(ExitCode.OK));
        assertThat(harbor.tags("shop/web"), contains("v2"));
        assertThat(run("harbor", "clean-up", image, "--owner", "job", "--keep", "0"), equalTo(ExitCode.USAGE));
    }

    @Test
    public void wrongWordsAreRefusedBeforeAnythingIsAsked() {
        assertThat(build("--scan", "worst"), equalTo(ExitCode.USAGE));
        assertThat(cli.err(), containsString("negligible, low, medium, high, critical"));
        assertThat(build("--keep-tags", "3"), equalTo(ExitCode.USAGE));
        assertThat(cli.err(), containsString("owner"));
        assertThat(build("--scan", "high", "--no-push"), equalTo(ExitCode.USAGE));
        assertThat(cli.run("harbor"), equalTo(ExitCode.USAGE));
        assertThat(harbor.server().requests(), empty());
    }
}
