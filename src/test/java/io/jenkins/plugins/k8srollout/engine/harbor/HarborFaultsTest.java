package io.jenkins.plugins.k8srollout.engine.harbor;

import static io.jenkins.plugins.k8srollout.engine.harbor.HarborFixture.DIGEST;
import static io.jenkins.plugins.k8srollout.engine.harbor.HarborFixture.REPOSITORY;
import static io.jenkins.plugins.k8srollout.engine.harbor.HarborFixture.WEB;
import static io.jenkins.plugins.k8srollout.engine.harbor.HarborFixture.problem;
import static io.jenkins.plugins.k8srollout.testutil.FakeHarbor.error;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.Problem.Kind;
import io.jenkins.plugins.k8srollout.testutil.ScriptedServer.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.Rule;
import org.junit.Test;

/** A Harbor that refuses, is slow, breaks off, or is none. */
public class HarborFaultsTest {
    private static final String PROJECT = "GET /api/v2.0/projects/shop";
    private static final String ARTIFACTS = "GET /api/v2.0/projects/shop/repositories/team%2Fweb/artifacts";
    private static final String IMAGE = ARTIFACTS.substring(4) + "/" + DIGEST;

    @Rule
    public final HarborFixture it = new HarborFixture();

    private Problem ofScan(Reply reply) {
        it.harbor.server().on("POST " + IMAGE + "/scan", reply);
        return problem(() -> it.client.scan(WEB, DIGEST.toString()));
    }

    @Test
    public void refusalsNameTheRightThatIsMissing() {
        Problem problem = ofScan(error(403, "FORBIDDEN", "forbidden"));
        assertThat(problem.kind(), is(Kind.NOT_PERMITTED));
        assertThat(
                problem.sentence(),
                equalTo("Could not start a scan of the image: " + it.harbor.authority() + "/" + REPOSITORY + "@"
                        + DIGEST
                        + ": Harbor refused user 'robot$ci': it answered 403 FORBIDDEN: forbidden. Grant it the right"
                        + " \"scan: create\" (Harbor: the robot account's permissions, or the user's role in the"
                        + " project)."));
    }

    @Test
    public void refusalsAreOfTheKindThatCallersTellApart() {
        assertThat(ofScan(error(401, "UNAUTHORIZED", "unauthorized")).kind(), is(Kind.NOT_PERMITTED));
        assertThat(ofScan(error(404, "NOT_FOUND", "artifact not found")).kind(), is(Kind.NOT_FOUND));
        Problem noScanner = ofScan(error(412, "PRECONDITION", "no available scanner for project: 1"));
        assertThat(noScanner.kind(), is(Kind.REJECTED));
        assertThat(noScanner.remedy(), containsString("Set up a scanner"));
        Problem unscannable =
                ofScan(error(400, "BAD_REQUEST", "the configured scanner Trivy does not support scanning artifact"));
        assertThat(unscannable.remedy(), containsString("can scan such images"));
        Problem readOnly =
                ofScan(error(403, "DENIED", "The system is in read only mode. Any modification is prohibited."));
        assertThat(readOnly.kind(), is(Kind.REJECTED));
        assertThat(readOnly.remedy(), containsString("read-only mode"));
        Problem odd = ofScan(error(418, "TEAPOT", "short and stout"));
        assertThat(odd.kind(), is(Kind.REJECTED));
        assertThat(odd.reason(), containsString("418 TEAPOT: short and stout"));
    }

    @Test
    public void anImmutableTagIsSaidToBeOne() {
        it.harbor.image(REPOSITORY, DIGEST.toString(), "v1", "2026-01-01T00:00:00Z", "");
        it.harbor.immutable(REPOSITORY, DIGEST.toString(), "v1");
        Problem problem = problem(() -> it.client.deleteTag(WEB, DIGEST.toString(), "v1"));
        assertThat(problem.kind(), is(Kind.REJECTED));
        assertThat(problem.remedy(), containsString("rule of immutable tags"));
    }

    @Test
    public void whatIsThereAlreadyIsAsGoodAsMade() {
        it.harbor.systemRights(List.of("project:create"));
        it.harbor.image(REPOSITORY, DIGEST.toString(), "v1", "2026-01-01T00:00:00Z", "");
        it.client.label(it.shop(), WEB, DIGEST.toString(), "build 7");
        it.client.label(it.shop(), WEB, DIGEST.toString(), "build 7"); // attaching answers 409 now
        it.client.scan(WEB, DIGEST.toString());
        it.client.scan(WEB, DIGEST.toString()); // 409: one is going on
        it.client.deleteTag(WEB, DIGEST.toString(), "v1");
        it.client.deleteTag(WEB, DIGEST.toString(), "v1"); // 404: gone
        assertThat(it.client.createProject("shop", false, false), is(false));
        assertThat(it.harbor.scans(REPOSITORY, DIGEST.toString()), is(1));
    }

    @Test
    public void anAnswerThatIsLostAfterTheEffectDoesNoHarm() {
        it.harbor.image(REPOSITORY, DIGEST.toString(), "v1", "2026-01-01T00:00:00Z", "build 7");
        it.harbor
                .server()
                .on("POST /api/v2.0/labels", Reply.status(201).json("{}").cutAfter(1));
        it.client.label(it.shop(), WEB, DIGEST.toString(), "commit abc");
        assertThat(it.harbor.labels(REPOSITORY, DIGEST.toString()), hasItem("commit abc"));
        assertThat(it.scheduler.delays(), hasSize(1));
    }

    @Test
    public void passingFaultsAreWaitedOut() {
        it.harbor
                .server()
                .on(
                        PROJECT,
                        error(429, "TOO_MANY_REQUEST", "slow down").header("Retry-After", "7"),
                        error(503, "UNAVAILABLE", "starting"),
                        Reply.status(200)
                                .json("{\"project_id\": 1, \"name\": \"shop\"}")
                                .cutAfter(9));
        assertThat(it.client.project("shop").orElseThrow().id(), is(1L));
        assertThat(it.scheduler.delays(), hasSize(3));
        assertThat(it.scheduler.delays().get(0), equalTo(Duration.ofSeconds(7)));
    }

    @Test
    public void patienceEnds() {
        it.harbor.server().otherwise(seen -> error(502, "BAD_GATEWAY", "core is away"));
        Problem problem = problem(() -> it.client.project("shop"));
        assertThat(problem.kind(), is(Kind.UNREACHABLE));
        assertThat(problem.reason(), containsString("502 BAD_GATEWAY: core is away"));
    }

    @Test
    public void silenceIsNotWaitedOutForEver() throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        it.harbor
                .server()
                .on(PROJECT, Reply.status(200).json("{\"project_id\": 1}").stopAfter(4, () -> {
                    asked.countDown();
                    await(over);
                }));
        it.harbor.server().on(PROJECT, error(404, "NOT_FOUND", "project not found"));
        Thread clock = new Thread(() -> {
            await(asked);
            it.scheduler.runWatchdogs(Duration.ofMinutes(3));
        });
        clock.start();
        assertThat(it.client.project("shop"), equalTo(Optional.empty()));
        over.countDown();
        clock.join();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    public void aListWithoutEndIsNotRead() {
        it.harbor.server().otherwise(seen -> Reply.status(200)
                .json("[{\"digest\": \"sha256:1\"}]")
                .header("Link", "</api/v2.0/x?page=2>; rel=\"next\""));
        Problem problem = problem(() -> it.client.artifacts(WEB));
        assertThat(problem.reason(), containsString("does not end after 100 pages"));
        assertThat(it.harbor.server().requests(), hasSize(100));
    }

    @Test
    public void aListThatClaimsMoreThanItHasEnds() {
        it.harbor
                .server()
                .on(
                        ARTIFACTS,
                        Reply.status(200).json("[{\"digest\": \"sha256:1\"}]").header("X-Total-Count", "9"))
                .on(ARTIFACTS, Reply.status(200).json("[]").header("X-Total-Count", "9"));
        assertThat(it.client.artifacts(WEB), hasSize(1));
    }

    @Test
    public void whatIsNoJsonIsNotGuessedAt() {
        it.harbor.server().on(PROJECT, Reply.status(200).json("{\"project_id\": 1, \"na"));
        assertThat(problem(() -> it.client.project("shop")).reason(), containsString("no whole JSON"));
        it.harbor.server().on(PROJECT, Reply.status(200).json("{\"name\": \"shop\"}"));
        assertThat(problem(() -> it.client.project("shop")).reason(), containsString("has no project_id"));
        it.harbor.server().on(PROJECT, Reply.status(200).json(""));
        assertThat(problem(() -> it.client.project("shop")).reason(), containsString("empty"));
    }

    @Test
    public void anAnswerOfAnySizeIsNotTaken() {
        it.harbor.server().on(PROJECT, Reply.status(200).json("[\"" + "x".repeat(9 << 20) + "\"]"));
        Problem problem = problem(() -> it.client.project("shop"));
        assertThat(problem.reason(), containsString("larger than"));
        assertThat(it.harbor.server().requests(PROJECT), hasSize(1)); // asking again would bring it again
    }

    @Test
    public void anotherRegistryIsNoHarbor() {
        it.harbor.server().on("GET /api/v2.0/systeminfo", error(404, "NOT_FOUND", "no such page"));
        assertThat(it.client.info(), equalTo(Optional.empty()));
        it.harbor
                .server()
                .on(
                        "GET /api/v2.0/systeminfo",
                        Reply.status(200).header("Content-Type", "text/html").text("<html>"));
        assertThat(it.client.info(), equalTo(Optional.empty()));
        it.harbor.server().on("GET /api/v2.0/systeminfo", Reply.status(200).json("{\"version\": 3}"));
        Problem problem = problem(() -> it.client.requireHarbor());
        assertThat(problem.kind(), is(Kind.NOT_FOUND));
        assertThat(problem.reason(), containsString("not as a Harbor"));
        assertThat(it.harbor.server().requests().size(), greaterThan(2));
    }
}
