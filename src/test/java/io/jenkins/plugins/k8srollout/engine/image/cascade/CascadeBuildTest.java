package io.jenkins.plugins.k8srollout.engine.image.cascade;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuildRequest;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuilder;
import io.jenkins.plugins.k8srollout.engine.image.builder.Registries;
import io.jenkins.plugins.k8srollout.engine.image.layer.LayerCache;
import io.jenkins.plugins.k8srollout.engine.image.registry.Platform;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryAccess;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryClient;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryImages;
import io.jenkins.plugins.k8srollout.engine.image.registry.RemoteImage;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.workspace.Workspace;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import io.jenkins.plugins.k8srollout.testutil.FakeRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Three levels of images, built by the embedded builder into a registry. */
public class CascadeBuildTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final FakeRegistry registry = new FakeRegistry();
    private final CapturingSink sink = new CapturingSink();
    private final List<String> built = Collections.synchronizedList(new ArrayList<>());
    private Path root;
    private String agent = "agent-1";

    @Before
    public void project() throws IOException {
        root = Files.createDirectories(folder.getRoot().toPath().resolve("images"))
                .toRealPath();
        image("outside/base", "v1");
        write("system/Dockerfile", "FROM REGISTRY/outside/base:1\nCOPY etc /etc\n");
        write("system/etc/os", "one");
        write("pub-images/jdk/Dockerfile", "ARG REG=REGISTRY/base\nFROM ${REG}/system\nCOPY java /opt/\n");
        write("pub-images/jdk/java", "17");
        write("pub-images/nginx/Dockerfile", "FROM REGISTRY/base/system:any\nCOPY conf /etc/\n");
        write("pub-images/nginx/conf", "c");
        write(
                "app/shop/Dockerfile",
                "FROM REGISTRY/base/pub-images/nginx\nCOPY site /srv/\n"
                        + "COPY --from=REGISTRY/base/pub-images/jdk /opt/java /opt/\n");
        write("app/shop/site", "s");
        write("app/shop/.dockerignore", "*.log\n");
    }

    @After
    public void close() {
        registry.close();
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text.replace("REGISTRY", registry.authority()));
    }

    private Registries registries() {
        return host -> RegistryAccess.builder(host).plainHttp(true).build();
    }

    private LayerCache cache() {
        Path caches = folder.getRoot().toPath().resolve(agent);
        return new LayerCache(caches, LayerCache.DEFAULT_BYTES, Clock.systemUTC());
    }

    private CascadeBuilder builder() {
        ImageBuilder embedded = new ImageBuilder(registries(), cache(), sink, Clock.systemUTC());
        ImageBuilds builds = (request, workspace) -> {
            built.add(request.image().repository());
            return embedded.build(request, workspace);
        };
        return new CascadeBuilder(registries(), cache(), builds, sink, Clock.systemUTC());
    }

    /** The base from outside, pushed anew. */
    private void image(String repository, String content) throws IOException {
        Path context = folder.newFolder().toPath();
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nENV VERSION=" + content + "\n");
        new ImageBuilder(registries(), cache(), sink, Clock.systemUTC())
                .build(
                        ImageBuildRequest.image(name(repository))
                                .tags(List.of("1"))
                                .build(),
                        Workspace.at(context));
    }

    private ImageReference name(String repository) {
        return ImageReference.parse(registry.authority() + "/" + repository);
    }

    private CascadePlan plan(UnaryOperator<CascadeRequest.Builder> more) {
        CascadeRequest request = more.apply(CascadeRequest.of(".", registry.authority() + "/base"))
                .build();
        return builder().plan(request, Workspace.at(root));
    }

    private Map<String, PlannedImage.State> states() {
        Map<String, PlannedImage.State> states = new TreeMap<>();
        plan(r -> r).images().forEach(image -> states.put(image.folder(), image.state()));
        return states;
    }

    private CascadeResult run(UnaryOperator<CascadeRequest.Builder> more) {
        built.clear();
        CascadeResult result = builder().run(plan(more));
        Collections.sort(built);
        return result;
    }

    private CascadeResult run() {
        CascadeResult result = run(r -> r);
        assertThat(result.problem().map(Problem::sentence).orElse(""), is(""));
        return result;
    }

    private RemoteImage pull(String repository, String tag) {
        try (RegistryClient client = RegistryClient.open(registries().access(registry.authority()), sink)) {
            return new RegistryImages(client).read(name(repository).withTag(tag), Platform.LINUX_AMD64);
        }
    }

    @Test
    public void onlyWhatChangedAndWhatDependsOnItIsBuilt() throws IOException {
        run();
        assertThat(built, is(List.of("base/app/shop", "base/pub-images/jdk", "base/pub-images/nginx", "base/system")));
        RemoteImage nginx = pull("base/pub-images/nginx", "latest");
        RemoteImage shop = pull("base/app/shop", "latest");
        assertThat("on the new base", shop.layers().subList(0, nginx.layers().size()), is(nginx.layers()));

        agent = "agent-2"; // any agent knows
        Files.writeString(root.resolve("app/shop/debug.log"), "ignored");
        CascadeResult same = run();
        assertThat(built, empty());
        assertThat(
                same.images().get(0).digest(), is(pull("base/system", "latest").named()));

        write("pub-images/jdk/java", "21");
        run();
        assertThat(built, is(List.of("base/app/shop", "base/pub-images/jdk")));

        image("outside/base", "v2");
        assertThat(
                states(),
                is(Map.of(
                        "system", PlannedImage.State.CHANGED,
                        "pub-images/jdk", PlannedImage.State.FOLLOWS,
                        "pub-images/nginx", PlannedImage.State.FOLLOWS,
                        "app/shop", PlannedImage.State.FOLLOWS)));
        run();
        assertThat(built.size(), is(4));
        JsonNode config = new ObjectMapper()
                .readTree(pull("base/app/shop", "latest").configJson())
                .path("config");
        assertThat(config.path("Env").toString(), containsString("VERSION=v2"));

        image("outside/base", "v1"); // as in another branch: what was built of it is found again
        run();
        assertThat(built, empty());
    }

    @Test
    public void newTagsAreSetOnUnchangedImages() throws IOException {
        CascadeResult first = run();
        run(r -> r.tags(List.of("v7")).labels(Map.of("build", "7")).buildArgs(Map.of("OTHER", "x")));
        assertThat(built, empty());
        assertThat(pull("base/app/shop", "v7").named(), is(first.images().get(3).digest()));
        run(r -> r.buildArgs(Map.of("REG", registry.authority() + "/base")));
        assertThat("a build argument that is declared", built, is(List.of("base/app/shop", "base/pub-images/jdk")));
    }

    @Test
    public void theGraphIsToldAndNothingIsBuiltByAPlan() throws IOException {
        CascadePlan plan = plan(r -> r);
        assertThat(built, empty());
        String digest = plan.images().get(1).bases().get(0).folder();
        assertThat(digest, is("system"));
        assertThat(
                CascadeText.lines(plan),
                is(List.of(
                        "cascade of 4 images: 1 changed, 3 built on changed ones, 0 unchanged",
                        "  system: to build, changed (on " + registry.authority() + "/outside/base:1)",
                        "    pub-images/jdk: to build, because of system",
                        "    pub-images/nginx: to build, because of system",
                        "      app/shop: to build, because of pub-images/nginx, pub-images/jdk")));
        run();
        assertThat(sink.lines(), hasItem(containsString("system: built, sha256:")));
    }

    @Test
    public void missingBasesAreRefusedBeforeAnythingIsBuilt() throws IOException {
        write("app/old/Dockerfile", "FROM REGISTRY/base/sytem\n");
        write("app/older/Dockerfile", "FROM REGISTRY/outside/gone:3\n");
        ReleaseException e = assertThrows(ReleaseException.class, () -> run(r -> r));
        assertThat(e.problem().kind(), is(Problem.Kind.NOT_FOUND));
        assertThat(
                e.getMessage(),
                allOf(
                        containsString("/base/sytem (app/old/Dockerfile:1)"),
                        containsString("/outside/gone:3 (app/older/Dockerfile:1)"),
                        containsString("/base/system")));
        assertThat(built, empty());
    }

    @Test
    public void aFailedImageIsToldByItsOwnFileAndTheRestIsDone() throws IOException {
        write("pub-images/jdk/Dockerfile", "FROM REGISTRY/base/system\n\nCOPY missing /opt/\n");
        CascadeResult result = run(r -> r);
        assertThat(built, is(List.of("base/pub-images/jdk", "base/pub-images/nginx", "base/system")));
        assertThat(result.problem().orElseThrow().sentence(), containsString("pub-images/jdk: "));
        assertThat(sink.lines(), hasItem(containsString("pub-images/jdk/Dockerfile:3")));
        assertThat(sink.lines(), hasItem(containsString("app/shop: not begun, because pub-images/jdk failed")));
        write("pub-images/jdk/Dockerfile", "FROM REGISTRY/base/system\nCOPY java /opt/\n");
        run();
        assertThat(built, is(List.of("base/app/shop", "base/pub-images/jdk")));
    }

    @Test
    public void tagsThatOthersHaveSetAreNotBelieved() throws IOException {
        run();
        RemoteImage other = pull("outside/base", "1");
        String key = pull("base/system", "latest").configJson();
        String digits = key.substring(key.indexOf("sha256:", key.indexOf(InputKey.LABEL)) + 7);
        String tag = "cascade-" + digits.substring(0, 32);
        assertThat(states().get("system"), is(PlannedImage.State.UNCHANGED));
        registry.addManifest(
                "base/system",
                tag,
                other.manifest().mediaType(),
                other.manifest().bytes());
        registry.addBlob("base/system", other.configJson().getBytes(StandardCharsets.UTF_8));
        assertThat(states().get("system"), is(not(PlannedImage.State.UNCHANGED)));
    }

    @Test
    public void linksOutOfTheProjectAreRefused() throws IOException {
        Path secret = folder.newFile("secret").toPath();
        Files.createDirectories(root.resolve("evil"));
        Files.createSymbolicLink(root.resolve("evil/Dockerfile"), secret);
        assertThrows(ReleaseException.class, () -> plan(r -> r));
        Files.delete(root.resolve("evil/Dockerfile"));
        write("evil/Dockerfile", "FROM scratch\n");
        Files.createSymbolicLink(root.resolve("evil/.dockerignore"), secret);
        assertThrows(ReleaseException.class, () -> plan(r -> r));
    }
}
