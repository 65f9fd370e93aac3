package io.jenkins.plugins.k8srollout.engine.image.builder;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryAccess;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryCredentials;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.workspace.Workspace;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Which builder is taken, and what external programs are given. */
public class ExternalBuildersTest {
    private static final String WITH_RUN = "FROM scratch\nCOPY a /\nRUN make\n";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final CapturingSink sink = new CapturingSink();
    private BuildFixture builds;

    private record Pretended(BuilderChoice kind, Optional<String> obstacle) implements ExternalBuilder {
        @Override
        public ImageBuildResult build(ImageBuildRequest request, BuildInput input) {
            ImageDigest digest = ImageDigest.of(new byte[0]);
            return new ImageBuildResult(request.image().name(), request.tags(), digest, 0, 0, kind.label());
        }
    }

    @Before
    public void prepare() throws IOException {
        builds = new BuildFixture(folder.getRoot().toPath(), "registry.example.com").files("a", "A");
    }

    @Test
    public void commandsGoToTheFirstBuilderThatIsThere() throws IOException {
        assertThat(build(WITH_RUN, BuilderChoice.AUTO, "x", "", "").builder(), is("buildah"));
        assertThat(build(WITH_RUN, BuilderChoice.AUTO, "", "", "").builder(), is("buildkit"));
        assertThat(build(WITH_RUN, BuilderChoice.PODMAN, "", "", "").builder(), is("podman"));
        assertThat(build("FROM scratch\n", BuilderChoice.PODMAN, "", "", "").builder(), is("podman"));
        assertThat(build("FROM scratch\n", BuilderChoice.AUTO, "", "", "").builder(), is("embedded"));
        String unused = "FROM scratch AS tools\nRUN make\nFROM scratch\nCOPY a /\n";
        assertThat(build(unused, BuilderChoice.AUTO, "x", "x", "x").builder(), is("embedded"));
    }

    /** The Dockerfile, then the place and a part of the reason. */
    @Test
    public void withoutOneTheLineAndTheChoicesAreNamed() {
        String[][] table = {
            {WITH_RUN, "Dockerfile:3", "RUN"},
            {"FROM scratch\nONBUILD COPY . /", "Dockerfile:2", "ONBUILD"},
            {"FROM scratch\nADD https://example.com/x.tar /", "Dockerfile:2", "URL"},
            {"FROM scratch AS a\nRUN make\nFROM scratch\nCOPY --from=a /x /", "Dockerfile:2", "RUN"},
            {"# syntax=example.com/other:1\nFROM scratch", "Dockerfile:1", "example.com/other:1"},
        };
        for (String[] row : table) {
            for (BuilderChoice choice : List.of(BuilderChoice.AUTO, BuilderChoice.EMBEDDED)) {
                ReleaseException e = assertThrows(
                        row[0], ReleaseException.class, () -> build(row[0], choice, "not set", "not there", "no"));
                assertThat(e.problem().object(), is(row[1]));
                assertThat(e.getMessage(), containsString(row[2]));
                assertThat(e.problem().validValues(), hasItems("buildkit", "buildah", "podman", "docker"));
            }
        }
    }

    @Test
    public void anAbsentBuilderThatWasAskedForIsAnError() {
        ReleaseException e = assertThrows(
                ReleaseException.class, () -> build(WITH_RUN, BuilderChoice.BUILDAH, "", "not installed", ""));
        assertThat(e.problem().kind(), is(Problem.Kind.NOT_FOUND));
        assertThat(e.getMessage(), containsString("not installed"));
    }

    @Test
    public void secretsAreInAFileThatOnlyTheOwnerReads() throws IOException {
        RegistryAccess access = RegistryAccess.builder("registry.example.com")
                .plainHttp(true)
                .credentials(RegistryCredentials.password("robot$shop", "s3cret"))
                .build();
        Path left;
        try (ToolFiles files = ToolFiles.create(List.of(access))) {
            left = files.folder();
            assertThat(permissions(files.folder()), is("rwx------"));
            assertThat(permissions(files.authFile()), is("rw-------"));
            assertThat(
                    Files.readString(files.authFile()),
                    is("{\"auths\":{\"registry.example.com\":{\"auth\":\"cm9ib3Qkc2hvcDpzM2NyZXQ=\"}}}"));
            assertThat(
                    Files.readString(files.file("registries.conf")),
                    containsString("location = \"registry.example.com\"\ninsecure = true"));
            List<String> command = BuildkitTool.command(request(), input("FROM scratch\n"), files, true);
            assertThat(String.join(" ", command), not(containsString("s3cret")));
        }
        assertThat(Files.exists(left), is(false));
    }

    /** The option of a build would trust them for every registry that it meets. */
    @Test
    public void certificatesOfARegistryAreTrustedForItAlone() throws IOException {
        BuildInput input =
                input("FROM other.example.com:5000/base:1\nCOPY --from=plain.example.com/x:1 /a /\nRUN make\n");
        ContainersTool buildah =
                new ContainersTool(new ExternalTools(r -> trusting(r, ""), sink), BuilderChoice.BUILDAH);
        List<RegistryAccess> accesses = List.of(
                trusting("registry.example.com", "CA of the target"),
                trusting("other.example.com:5000", "CA of the base"),
                trusting("plain.example.com", ""));
        try (ToolFiles files = ToolFiles.create(accesses)) {
            List<List<String>> pulls = buildah.pullCommands(request(), input, files);
            assertThat(pulls.size(), is(1));
            assertThat(pulls.get(0).get(pulls.get(0).size() - 1), is("other.example.com:5000/base:1"));
            assertThat(trusted(pulls.get(0)), is("CA of the base"));

            List<String> build = buildah.buildCommand(request(), input, files, "registry.example.com/app:t1");
            assertThat(build, not(hasItem("--cert-dir")));
            List<String> push = buildah.pushCommand(
                    request(), files, "registry.example.com/app:t1", "docker://registry.example.com/app:t1");
            assertThat(trusted(push), is("CA of the target"));
        }
    }

    private static RegistryAccess trusting(String registry, String pem) {
        return RegistryAccess.builder(registry).caPem(pem).build();
    }

    private static String trusted(List<String> command) throws IOException {
        Path folder = Path.of(command.get(command.indexOf("--cert-dir") + 1));
        return Files.readString(folder.resolve("ca.crt"));
    }

    @Test
    public void buildctlIsToldEverything() throws IOException {
        try (ToolFiles files = ToolFiles.create(List.of())) {
            List<String> command = BuildkitTool.command(request(), input("FROM scratch\n"), files, true);
            assertThat(
                    command,
                    hasItems(
                            "filename=Dockerfile",
                            "target=final",
                            "build-arg:A=1 2",
                            "label:l=x",
                            "build-arg:SOURCE_DATE_EPOCH=5",
                            "platform=linux/amd64",
                            "type=image,oci-mediatypes=true,\"name=registry.example.com/app:t1,"
                                    + "registry.example.com/app:t2\",push=true,registry.insecure=true"));
        }
    }

    @Test
    public void programsTellLineByLineAndFailWithTheirLastLines() {
        ToolProcess process = new ToolProcess(folder.getRoot().toPath(), Map.of("GREETING", "hello"), sink);
        process.run("try", List.of("sh", "-c", "echo $GREETING; echo world >&2"));
        assertThat(
                sink.of(ProgressEvent.BuilderOutput.class).stream()
                        .map(ProgressEvent.BuilderOutput::line)
                        .toList(),
                is(List.of("hello", "world")));
        ReleaseException e = assertThrows(
                ReleaseException.class, () -> process.run("build", List.of("sh", "-c", "echo no space left; exit 3")));
        assertThat(e.getMessage(), containsString("status 3"));
        assertThat(e.getMessage(), containsString("no space left"));
        assertThat(ToolProcess.works(List.of("no-such-program-here"), Map.of()), is(false));
    }

    @Test
    public void interruptingEndsTheProgram() throws Exception {
        Path started = folder.getRoot().toPath().resolve("started");
        try {
            new ProcessBuilder("mkfifo", started.toString()).start().waitFor();
        } catch (IOException e) {
            org.junit.Assume.assumeNoException(e);
        }
        ToolProcess process = new ToolProcess(folder.getRoot().toPath(), Map.of(), sink);
        ReleaseException[] failure = new ReleaseException[1];
        Thread builder = new Thread(() -> failure[0] = assertThrows(
                ReleaseException.class,
                () -> process.run("build", List.of("sh", "-c", "echo up > started; cat started"))));
        builder.start();
        Files.readString(started);
        builder.interrupt();
        builder.join();
        assertThat(failure[0].problem().kind(), is(Problem.Kind.INTERRUPTED));
    }

    private ImageBuildRequest request() {
        return ImageBuildRequest.image(ImageReference.parse("registry.example.com/app"))
                .tags(List.of("t1", "t2"))
                .target("final")
                .buildArgs(Map.of("A", "1 2"))
                .labels(Map.of("l", "x"))
                .epochSeconds(5)
                .build();
    }

    private BuildInput input(String dockerfile) throws IOException {
        builds.files("Dockerfile", dockerfile);
        return BuildInput.read(request(), Workspace.at(builds.workspace));
    }

    /** The obstacles of buildkit, buildah and podman; empty text where there is none. */
    private ImageBuildResult build(String dockerfile, BuilderChoice choice, String... obstacles) throws IOException {
        builds.files("Dockerfile", dockerfile);
        List<BuilderChoice> kinds = List.of(BuilderChoice.BUILDKIT, BuilderChoice.BUILDAH, BuilderChoice.PODMAN);
        List<ExternalBuilder> externals = new java.util.ArrayList<>();
        for (int i = 0; i < kinds.size(); i++) {
            externals.add(new Pretended(kinds.get(i), Optional.of(obstacles[i]).filter(o -> !o.isEmpty())));
        }
        ImageBuilder builder = new ImageBuilder(
                builds.registries(), builds.cache(), sink, Clock.systemUTC(), () -> new ExternalBuilders(externals));
        ImageBuildRequest request = ImageBuildRequest.image(builds.image("app"))
                .builder(choice)
                .push(false)
                .build();
        return builder.build(request, Workspace.at(builds.workspace));
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
