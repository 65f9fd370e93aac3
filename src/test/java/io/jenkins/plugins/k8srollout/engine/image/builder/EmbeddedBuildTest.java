package io.jenkins.plugins.k8srollout.engine.image.builder;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.BlobStored.How;
import io.jenkins.plugins.k8srollout.engine.image.registry.Platform;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryClient;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.testutil.FakeRegistry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Configuration, reproducibility, economy and refusals of whole builds. */
public class EmbeddedBuildTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final FakeRegistry registry = new FakeRegistry();
    private BuildFixture builds;

    @Before
    public void prepare() throws IOException {
        builds = new BuildFixture(folder.getRoot().toPath(), registry.authority());
    }

    @After
    public void stop() {
        registry.close();
    }

    @Test
    public void configurationOfTheImage() throws IOException {
        ImageBuildResult result = builds.build("config", """
                ARG BASE=scratch
                ARG VERSION=1.0
                FROM $BASE
                ARG VERSION
                ARG EXTRA=none
                ARG TARGETARCH
                ENV APP_VERSION=$VERSION ARCH=${TARGETARCH}
                ENV APP_VERSION=$APP_VERSION-x OLD=$APP_VERSION
                LABEL version="v $VERSION" extra=$EXTRA
                WORKDIR /srv
                WORKDIR app/../web
                USER 1000:1000
                EXPOSE 8080 53/udp 9000-9001
                VOLUME /data
                STOPSIGNAL SIGQUIT
                HEALTHCHECK --interval=30s CMD curl -f http://localhost/
                SHELL ["/bin/bash", "-c"]
                CMD ["dropped"]
                ENTRYPOINT exec java
                CMD ["-jar", "app.jar"]
                """, r -> r.buildArgs(Map.of("EXTRA", "given", "UNUSED", "x"))
                .labels(Map.of("build", "7"))
                .tags(List.of("1", "2")));
        JsonNode image = builds.config(result);
        JsonNode config = image.path("config");
        assertThat(BuildFixture.texts(config.path("Env")), hasItems("APP_VERSION=1.0-x", "OLD=1.0", "ARCH=amd64"));
        assertThat(config.path("Labels").toString(), is("{\"build\":\"7\",\"extra\":\"given\",\"version\":\"v 1.0\"}"));
        assertThat(config.path("WorkingDir").asText(), is("/srv/web"));
        assertThat(config.path("User").asText(), is("1000:1000"));
        assertThat(
                config.path("ExposedPorts").toString(),
                is("{\"53/udp\":{},\"8080/tcp\":{},\"9000/tcp\":{},\"9001/tcp\":{}}"));
        assertThat(config.path("Volumes").toString(), is("{\"/data\":{}}"));
        assertThat(config.path("StopSignal").asText(), is("SIGQUIT"));
        assertThat(config.path("Healthcheck").path("Interval").asLong(), is(30_000_000_000L));
        assertThat(BuildFixture.texts(config.path("Entrypoint")), contains("/bin/bash", "-c", "exec java"));
        assertThat(BuildFixture.texts(config.path("Cmd")), contains("-jar", "app.jar"));
        assertThat(image.path("architecture").asText(), is("amd64"));
        int layers = image.path("rootfs").path("diff_ids").size();
        int inHistory = 0;
        for (JsonNode step : image.path("history")) {
            inHistory += step.path("empty_layer").asBoolean() ? 0 : 1;
        }
        assertThat("history and layers agree", inHistory, is(layers));
        assertThat(builds.sink.lines(), hasItem(containsString("UNUSED")));
        try (RegistryClient client = builds.client()) {
            for (String tag : result.tags()) {
                assertThat(
                        client.head(builds.image("config").withTag(tag))
                                .orElseThrow()
                                .digest(),
                        is(result.digest()));
            }
        }
    }

    @Test
    public void stagesNamedByBuildArgumentsAreBuilt() throws IOException {
        builds.files("a", "A");
        String dockerfile = """
                ARG ENVIRONMENT=prod
                FROM scratch AS dev
                ENV FOR=dev
                FROM scratch AS prod
                ENV FOR=prod
                COPY a /
                FROM ${ENVIRONMENT}
                ARG ENVIRONMENT
                COPY --from=$ENVIRONMENT /a /b
                """;
        JsonNode config = builds.config(builds.build("staged", dockerfile)).path("config");
        assertThat(BuildFixture.texts(config.path("Env")), hasItems("FOR=prod"));
    }

    @Test
    public void commandInAStageNamedByABuildArgumentTakesAnExternalBuilder() {
        ReleaseException refused = assertThrows(
                ReleaseException.class,
                () -> builds.build(
                        "run",
                        "ARG ENVIRONMENT=prod\nFROM scratch AS prod\nRUN make\nFROM ${ENVIRONMENT}\n",
                        r -> r.builder(BuilderChoice.EMBEDDED)));
        assertThat(refused.problem().reason(), containsString("RUN executes a command"));
    }

    @Test
    public void stageNamedByEnvIsRefusedInWords() {
        ReleaseException refused = assertThrows(
                ReleaseException.class,
                () -> builds.build("env", "FROM scratch AS prod\nFROM scratch\nENV S=prod\nCOPY --from=$S /a /\n"));
        assertThat(refused.problem().reason(), containsString("the stage prod is named by a variable that only ENV"));
    }

    @Test
    public void baseForAnotherProcessorIsWarnedOf() throws IOException {
        builds.build("arm", "FROM scratch\nENV A=1\n", r -> r.platforms(List.of(Platform.parse("linux/arm64"))));
        builds.build("web", "FROM REGISTRY/arm\nENV B=2\n");
        assertThat(
                builds.sink.lines(),
                hasItem(allOf(containsString("is for linux/arm64 only"), containsString("asked for was linux/amd64"))));
    }

    @Test
    public void theSameInputsGiveTheSameDigest() throws IOException {
        builds.files("app/a", "A", "app/b", "B");
        String dockerfile = "FROM scratch\nCOPY app /app\nENV X=1\n";
        ImageBuildResult first = builds.build("same/one", dockerfile);
        BuildFixture elsewhere = new BuildFixture(folder.newFolder().toPath(), registry.authority());
        elsewhere.files("app/b", "B", "app/a", "A");
        Files.setLastModifiedTime(elsewhere.workspace.resolve("app/a"), FileTime.fromMillis(0));
        assertThat(elsewhere.build("same/two", dockerfile).digest(), is(first.digest()));
        ImageBuildResult computed = builds.build("same/three", dockerfile, r -> r.push(false));
        assertThat(computed.digest(), is(first.digest()));
        ImageBuildResult dated = builds.build("same/one", dockerfile, r -> r.epochSeconds(1_700_000_000));
        assertThat(dated.digest(), is(not(first.digest())));
        assertThat(builds.config(dated).path("created").asText(), is("2023-11-14T22:13:20Z"));
    }

    @Test
    public void onlyWhatIsMissingTravels() throws IOException {
        builds.files("big", "x".repeat(100_000), "small", "1");
        String dockerfile = "FROM scratch\nCOPY big /big\nCOPY small /small\n";
        ImageBuildResult first = builds.build("travel", dockerfile);
        builds.sink.clear();
        ImageBuildResult again = builds.build("travel", dockerfile);
        assertThat(again.digest(), is(first.digest()));
        assertThat(
                builds.sink.of(ProgressEvent.LayerReady.class).stream().allMatch(ProgressEvent.LayerReady::cached),
                is(true));
        assertThat(stored(), is(List.of(How.EXISTED, How.EXISTED)));
        builds.sink.clear();
        builds.files("small", "2");
        builds.build("travel", dockerfile);
        assertThat(
                "layer and configuration",
                stored().stream().filter(h -> h == How.UPLOADED).count(),
                is(2L));
    }

    @Test
    public void whatPlatformsHaveInCommonIsMadeAndSentOnce() throws IOException {
        builds.files("a", "A", "amd64", "1", "arm64", "2");
        String dockerfile = "FROM scratch\nARG TARGETARCH\nCOPY a /a\nCOPY $TARGETARCH /of\n";
        List<Platform> two = List.of(Platform.LINUX_AMD64, Platform.parse("linux/arm64"));
        ImageBuildResult result = builds.build("two", dockerfile, r -> r.platforms(two));
        assertThat(builds.sink.of(ProgressEvent.LayerReady.class).size(), is(3));
        assertThat(builds.tree(result).get("of"), is("644 0:0 1"));
        assertThat(builds.build("two", dockerfile, r -> r.platforms(two)).digest(), is(result.digest()));
        assertThat(builds.build("two", dockerfile).digest(), not(is(result.digest())));
    }

    @Test
    public void aLayerThatTheRegistryHasLostIsSentFromTheCache() throws IOException {
        builds.files("a", "A");
        ImageBuildResult first = builds.build("lost", "FROM scratch\nCOPY a /a\n");
        try (FakeRegistry empty = new FakeRegistry()) {
            BuildFixture sameCache = new BuildFixture(folder.getRoot().toPath(), empty.authority());
            ImageBuildResult again = sameCache.build("lost", "FROM scratch\nCOPY a /a\n");
            assertThat(again.digest(), is(first.digest()));
            assertThat(sameCache.tree(again).keySet(), contains("a"));
        }
    }

    /** The Dockerfile, then the place and a part of the message. */
    @Test
    public void faultsAreNamedAndNothingIsPushed() throws Exception {
        builds.files("a", "A", "dir/b", "B", "ignored/c", "C", ".dockerignore", "ignored\n");
        Files.createSymbolicLink(builds.workspace.resolve("out"), Path.of("/etc"));
        Files.createSymbolicLink(builds.workspace.resolve("up"), Path.of("../.."));
        String[][] table = {
            {"FROM scratch\nCOPY ../x /", "Dockerfile:2", "'../x' is not in the build context"},
            {"FROM scratch\nCOPY dir/../../x /", "Dockerfile:2", "is not in the build context"},
            {"FROM scratch\nCOPY out/passwd /", "Dockerfile:2", "leads to 'etc/passwd', which is not in"},
            {"FROM scratch\nCOPY out /", "Dockerfile:2", "leads to 'etc', which is not in"},
            {"FROM scratch\nCOPY up/x /", "Dockerfile:2", "leads to 'x', which is not in"},
            {"FROM scratch\nCOPY nothing /", "Dockerfile:2", "is not in the build context"},
            {"FROM scratch\nCOPY ignored/c /", "Dockerfile:2", "!ignored/c"},
            {"FROM scratch\nCOPY a dir/b /x", "Dockerfile:2", "slash"},
            {"FROM scratch\nCOPY a /d\nCOPY a /d/c", "Dockerfile:3", "is a file"},
            {"FROM scratch\nCOPY a /d/b/c\nCOPY dir /d", "Dockerfile:3", "would replace a folder"},
            {"FROM scratch\nCOPY --chown=nobody a /", "Dockerfile:2", "no user 'nobody'"},
            {"FROM scratch\nCOPY --chmod=9 a /", "Dockerfile:2", "--chmod=9"},
            {"FROM scratch\nCOPY --from=3 a /", "Dockerfile:2", "no stage 3"},
            {"FROM scratch\nCOPY [a-z /", "Dockerfile:2", "never closed"},
            {"FROM scratch\nEXPOSE 80x", "Dockerfile:2", "80x"},
            {"FROM scratch\nSTOPSIGNAL SIGNOPE", "Dockerfile:2", "SIGNOPE"},
            {"FROM $NONE", "Dockerfile:1", "comes out empty"},
            {"FROM UPPER/case", "Dockerfile:1", "repository"},
            {"FROM scratch\nENV X=\"${Y:?give Y}\"", "Dockerfile:2", "give Y"},
        };
        for (String[] row : table) {
            builds.sink.clear();
            ReleaseException e = assertThrows(row[0], ReleaseException.class, () -> builds.build("faults", row[0]));
            assertThat(row[0], e.problem().kind(), is(Problem.Kind.REFUSED_INPUT));
            assertThat(row[0], e.problem().object(), is(row[1]));
            assertThat(e.getMessage(), containsString(row[2]));
            assertThat(builds.sink.of(ProgressEvent.BlobStored.class).isEmpty(), is(true));
        }
        assertThat(registry.openUploads(), is(0));
        assertThat(registry.manifest("faults", "latest") == null, is(true));
    }

    @Test
    public void pathsOfTheRequestStayInTheWorkspace() {
        String[] outside = {"..", "/etc", "missing"};
        for (String path : outside) {
            assertThrows(path, ReleaseException.class, () -> builds.build("x", "FROM scratch\n", r -> r.context(path)));
            assertThrows(
                    path,
                    ReleaseException.class,
                    () -> builds.build("x", "FROM scratch\n", r -> r.dockerfile(path + "/Dockerfile")));
        }
    }

    @Test
    public void requestsTravelToAgents() throws Exception {
        ImageBuildRequest request = ImageBuildRequest.image(builds.image("app"))
                .buildArgs(Map.of("A", "1"))
                .tags(List.of("t"))
                .build();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ObjectOutputStream objects = new ObjectOutputStream(out)) {
            objects.writeObject(request);
        }
        ImageBuildRequest read;
        try (ObjectInputStream objects = new ObjectInputStream(new ByteArrayInputStream(out.toByteArray()))) {
            read = (ImageBuildRequest) objects.readObject();
        }
        assertThat(read.image(), is(request.image()));
        assertThat(read.buildArgs(), is(request.buildArgs()));
        assertThat(read.platforms(), is(request.platforms()));
    }

    private List<How> stored() {
        return builds.sink.of(ProgressEvent.BlobStored.class).stream()
                .map(ProgressEvent.BlobStored::how)
                .toList();
    }
}
