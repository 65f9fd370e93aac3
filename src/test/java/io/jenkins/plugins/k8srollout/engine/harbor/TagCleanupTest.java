package io.jenkins.plugins.k8srollout.engine.harbor;

import static io.jenkins.plugins.k8srollout.engine.harbor.HarborFixture.REPOSITORY;
import static io.jenkins.plugins.k8srollout.engine.harbor.HarborFixture.WEB;
import static io.jenkins.plugins.k8srollout.engine.harbor.HarborFixture.problem;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import java.util.List;
import java.util.Set;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** Old tags go, but only one's own. */
public class TagCleanupTest {
    private static final String OWN = "owner: shop/web";

    @Rule
    public final HarborFixture it = new HarborFixture();

    @Before
    public void images() {
        for (int i = 1; i <= 5; i++) {
            image("own" + i, "v" + i, i, OWN);
        }
        image("other", "v0", 1, "owner: other");
        image("nobody", "base", 1, "");
    }

    private void image(String content, String tag, int day, String label) {
        it.harbor.image(
                REPOSITORY, HarborFixture.digest(content).toString(), tag, "2026-01-0" + day + "T00:00:00.000Z", label);
    }

    private List<String> run(int keep, Set<String> spared, boolean dryRun) {
        return new TagCleanup(it.client, it.sink).run(WEB, OWN, keep, spared, dryRun);
    }

    @Test
    public void allButTheNewestOfTheOwnerGo() {
        assertThat(run(2, Set.of("v5"), false), contains("v3", "v2", "v1"));
        assertThat(it.harbor.tags(REPOSITORY), containsInAnyOrder("v4", "v5", "v0", "base"));
        assertThat(it.harbor.violations(), empty());
    }

    @Test
    public void whatWasJustPushedStaysHoweverOldItIs() {
        // An unchanged build names an image that was pushed long ago.
        assertThat(run(2, Set.of("v1"), false), contains("v4", "v3", "v2"));
        assertThat(it.harbor.tags(REPOSITORY), containsInAnyOrder("v1", "v5", "v0", "base"));
    }

    @Test
    public void immutableTagsStayAndAreNamed() {
        it.harbor.immutable(REPOSITORY, HarborFixture.digest("own1").toString(), "v1");
        assertThat(run(4, Set.of(), false), empty());
        assertThat(it.sink.lines().toString(), containsString("v1 stays: the project has made the tag immutable"));
    }

    @Test
    public void aDryRunDeletesNothing() {
        assertThat(run(1, Set.of(), true), hasSize(4));
        assertThat(it.harbor.tags(REPOSITORY), hasSize(7));
        assertThat(it.harbor.server().requests("DELETE *"), empty());
    }

    @Test
    public void fewTagsAllStay() {
        assertThat(run(9, Set.of(), false), empty());
    }

    @Test
    public void optionsThatMakeNoSenseAreRefused() {
        assertThat(
                problem(() -> HarborOptions.builder().keepTags(3).build()).remedy(), containsString("Name an owner"));
        assertThat(
                problem(() -> HarborOptions.builder().autoScan(true).build()).reason(),
                containsString("none is to be"));
        assertThat(
                problem(() -> HarborOptions.builder()
                                .labels(List.of("x".repeat(129)))
                                .build())
                        .reason(),
                containsString("129 characters"));
        assertThat(problem(() -> HarborOptions.Creation.parse("secret")).validValues(), contains("private", "public"));
        assertThat(HarborOptions.none().isNone(), is(true));
        String longest = HarborOptions.ownerLabel("folder/".repeat(40) + "web");
        assertThat(longest.length(), is(128));
        assertThat(longest.endsWith("folder/web"), is(true));
    }
}
