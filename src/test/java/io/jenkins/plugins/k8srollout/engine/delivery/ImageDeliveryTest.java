package io.jenkins.plugins.k8srollout.engine.delivery;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborOptions;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuildRequest;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuilder;
import io.jenkins.plugins.k8srollout.engine.image.builder.Registries;
import io.jenkins.plugins.k8srollout.engine.image.layer.LayerCache;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryAccess;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryCredentials;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.VulnerabilitySeverity;
import io.jenkins.plugins.k8srollout.engine.workspace.Workspace;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import io.jenkins.plugins.k8srollout.testutil.FakeHarbor;
import io.jenkins.plugins.k8srollout.testutil.LeapScheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** A build with all that Harbor does around it, from the first question to the last tag. */
public class ImageDeliveryTest {
    private static final String REPOSITORY = "shop/team/web";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final FakeHarbor harbor = new FakeHarbor();
    private final CapturingSink sink = new CapturingSink();
    private Path workspace;

    @Before
    public void sources() throws IOException {
        workspace = folder.newFolder("workspace").toPath().toRealPath();
        Files.writeString(workspace.resolve("Dockerfile"), "FROM scratch\nCOPY index.html /\n");
        Files.writeString(workspace.resolve("index.html"), "hello");
    }

    @After
    public void keepsToTheContract() {
        assertThat(harbor.violations(), empty());
        harbor.close();
    }

    private DeliveredImage deliver(UnaryOperator<HarborOptions.Builder> options) {
        return deliver(options.apply(HarborOptions.builder()).build(), true);
    }

    private DeliveredImage deliver(HarborOptions options, boolean push) {
        Registries registries = host -> RegistryAccess.builder(host)
                .plainHttp(true)
                .credentials(RegistryCredentials.password(FakeHarbor.USER, FakeHarbor.PASSWORD))
                .build();
        LayerCache cache =
                new LayerCache(folder.getRoot().toPath().resolve("cache"), LayerCache.DEFAULT_BYTES, Clock.systemUTC());
        ImageBuilder builder = new ImageBuilder(registries, cache, sink, Clock.systemUTC());
        ImageBuildRequest request = ImageBuildRequest.image(ImageReference.parse(harbor.authority() + "/" + REPOSITORY))
                .tags(List.of("v7"))
                .push(push)
                .build();
        return new ImageDelivery(builder, registries, new LeapScheduler(), sink)
                .run(request, options, Workspace.at(workspace));
    }

    private static Problem problem(Runnable work) {
        try {
            work.run();
        } catch (ReleaseException e) {
            return e.problem();
        }
        throw new AssertionError("nothing failed");
    }

    private List<String> pushes() {
        return harbor.server().lines().stream()
                .filter(line -> line.startsWith("PUT /v2/") || line.startsWith("POST /v2/"))
                .toList();
    }

    @Test
    public void withoutOptionsHarborIsAskedNothing() {
        DeliveredImage image = deliver(options -> options);
        assertThat(image.scan().isPresent(), is(false));
        assertThat(harbor.used(), empty());
    }

    @Test
    public void everythingInOneGo() {
        harbor.project("shop", false)
                .finding("CVE-1", "Medium", "zlib", "1.0", "1.1")
                .image(REPOSITORY, "sha256:" + "a".repeat(64), "v1", "2026-01-01T00:00:00Z", "owner: web")
                .image(REPOSITORY, "sha256:" + "b".repeat(64), "v2", "2026-01-02T00:00:00Z", "owner: web")
                .image(REPOSITORY, "sha256:" + "c".repeat(64), "foreign", "2026-01-01T00:00:00Z", "");
        DeliveredImage image = deliver(options -> options.scan(VulnerabilitySeverity.HIGH)
                .labels(List.of("build 7", "commit 0a1b2c3d"))
                .owner("web")
                .keepTags(1));
        String digest = image.image().digest().toString();
        assertThat(image.requireAccepted().scan().orElseThrow().countsText(), equalTo("1 medium"));
        assertThat(image.deletedTags(), contains("v1"));
        assertThat(harbor.tags(REPOSITORY), containsInAnyOrder("v2", "foreign"));
        assertThat(harbor.labels(REPOSITORY, digest), containsInAnyOrder("build 7", "commit 0a1b2c3d", "owner: web"));
        assertThat(
                sink.lines(),
                hasItems(
                        startsWith("== Prepare Harbor: shop"),
                        startsWith("== Build image"),
                        startsWith("== Label image: build 7, commit 0a1b2c3d, owner: web"),
                        startsWith("== Scan image: " + image.image().pinned()),
                        containsString("by Trivy v0.58.0: 1 medium"),
                        startsWith("== Clean up tags"),
                        containsString("tags matching v* in repositories matching **"),
                        containsString("has used 990 B of 1.0 kB")));
    }

    @Test
    public void aProjectIsCreatedOnRequest() {
        harbor.systemRights(List.of("project:create"));
        deliver(options -> options.creation(HarborOptions.Creation.PUBLIC).autoScan(true));
        assertThat(sink.lines(), hasItem("info: created the public project shop, which scans what is pushed"));
        assertThat(pushes().isEmpty(), is(false));
    }

    @Test
    public void aProjectThatExistsIsLeftAsItIs() {
        harbor.project("shop", true);
        deliver(options -> options.creation(HarborOptions.Creation.PRIVATE));
        assertThat(sink.lines(), hasItem("warning: the project shop exists and is public; that is left as it is"));
        assertThat(harbor.used(), not(hasItem("createProject")));
    }

    @Test
    public void whatIsMissingIsFoundBeforeAnythingIsPushed() {
        Problem absent = problem(() -> deliver(options -> options.scan(VulnerabilitySeverity.HIGH)));
        assertThat(absent.kind(), is(Problem.Kind.NOT_FOUND));
        assertThat(absent.remedy(), containsString("createProject"));

        Problem noRight = problem(() -> deliver(options -> options.creation(HarborOptions.Creation.PRIVATE)));
        assertThat(noRight.kind(), is(Problem.Kind.NOT_PERMITTED));
        assertThat(noRight.remedy(), containsString("project: create"));

        harbor.project("shop", false).rights(List.of("repository:pull", "artifact:read"));
        Problem rights = problem(() ->
                deliver(options -> options.scan(VulnerabilitySeverity.HIGH).labels(List.of("build 7"))));
        assertThat(rights.kind(), is(Problem.Kind.NOT_PERMITTED));
        assertThat(
                rights.reason(),
                equalTo("user 'robot$ci' lacks rights there: repository: push, scan: create, artifact-addition: read,"
                        + " label: list, label: create, artifact-label: create"));
        assertThat(pushes(), empty());
    }

    @Test
    public void placesThatTakeNoImagesAreNamed() {
        harbor.project("shop", false, true);
        Problem mirror = problem(() -> deliver(options -> options.scan(VulnerabilitySeverity.HIGH)));
        assertThat(mirror.reason(), containsString("proxy cache"));
        harbor.readOnly();
        Problem readOnly = problem(() -> deliver(options -> options.scan(VulnerabilitySeverity.HIGH)));
        assertThat(readOnly.reason(), containsString("read-only mode"));
        Problem nowhere = problem(
                () -> deliver(HarborOptions.builder().labels(List.of("build 7")).build(), false));
        assertThat(nowhere.kind(), is(Problem.Kind.REFUSED_INPUT));
        assertThat(pushes(), empty());
    }

    @Test
    public void findingsFailTheBuildAndSayThatTheImageIsThere() {
        harbor.project("shop", false)
                .finding("CVE-2", "High", "zlib", "1.0", "1.1")
                .finding("CVE-1", "Critical", "xz", "5.6.0", "")
                .image(REPOSITORY, "sha256:" + "a".repeat(64), "v1", "2026-01-01T00:00:00Z", "owner: web");
        DeliveredImage image = deliver(
                options -> options.scan(VulnerabilitySeverity.HIGH).owner("web").keepTags(1));
        Problem problem = problem(image::requireAccepted);
        assertThat(problem.kind(), is(Problem.Kind.REJECTED));
        assertThat(
                problem.reason(),
                equalTo(
                        "the scan has 2 findings of severity high or worse (1 critical, 1 high in all): critical CVE-1 xz"
                                + " 5.6.0, no fix yet; high CVE-2 zlib 1.0, fixed in 1.1"));
        assertThat(
                problem.remedy(),
                allOf(
                        startsWith("Update the packages that have a fix"),
                        containsString("The image has been pushed: " + harbor.authority() + "/" + REPOSITORY + ":v7")));
        // the old tags stay while the new image is not accepted
        assertThat(harbor.tags(REPOSITORY), hasItem("v1"));
        assertThat(sink.of(ProgressEvent.Scanned.class).size(), is(1));
        assertThat(
                sink.lines(),
                hasItems(
                        "  SEVERITY FINDING PACKAGE VERSION FIXED IN",
                        "  critical CVE-1   xz      5.6.0   -",
                        "  high     CVE-2   zlib    1.0     1.1"));
    }

    @Test
    public void aRepeatedBuildDoesNotScanAgain() {
        harbor.project("shop", false);
        deliver(options -> options.scan(VulnerabilitySeverity.HIGH));
        DeliveredImage again = deliver(options -> options.scan(VulnerabilitySeverity.HIGH));
        assertThat(harbor.scans(REPOSITORY, again.image().digest().toString()), is(1));
    }

    @Test
    public void aTagThatARuleProtectsIsReportedAsSuch() {
        harbor.project("shop", false);
        harbor.server()
                .on(
                        "PUT /v2/" + REPOSITORY + "/manifests/v7",
                        FakeHarbor.error(
                                412,
                                "PRECONDITION",
                                "Failed to process request due to 'team/web:v7' configured as immutable."));
        Problem problem = problem(() -> deliver(options -> options.labels(List.of("build 7"))));
        assertThat(problem.kind(), is(Problem.Kind.REJECTED));
        assertThat(problem.reason(), containsString("configured as immutable"));
        assertThat(problem.remedy(), containsString("Choose a tag that does not exist yet"));
    }
}
