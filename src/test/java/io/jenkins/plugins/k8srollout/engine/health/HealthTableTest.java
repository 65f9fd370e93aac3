package io.jenkins.plugins.k8srollout.engine.health;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.model.BatchGoal;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/**
 * The table of health: each document of {@code health/*.yaml} is a case. The first object is judged, the others are
 * its surroundings, {@code goal} is that of a batch, {@code ended} when a pod of it was last seen to end; {@code expect}
 * names state, and, where they matter, message, code, weight, container and fragments
 * of detail and remedy. {@code code: none} expects no cause.
 */
@RunWith(Parameterized.class)
public class HealthTableTest {
    private final KubeObject given;

    public HealthTableTest(String name, KubeObject given) {
        this.given = given;
    }

    @Parameters(name = "{0}")
    public static List<Object[]> cases() throws IOException, URISyntaxException {
        List<Object[]> cases = new ArrayList<>();
        Path folder = Path.of(HealthTableTest.class.getResource("/health").toURI());
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                for (KubeObject document : FakeObjects.parseAll(Files.readString(file))) {
                    String name =
                            file.getFileName() + ": " + document.text("name").orElseThrow();
                    cases.add(new Object[] {name, document});
                }
            }
        }
        return cases;
    }

    @Test
    public void isJudgedAsExpected() {
        Health health =
                WorkloadHealth.assess(snapshot(), HealthPolicy.DEFAULT, goal()).health();
        KubeObject expected = given.child("expect");
        String cause = health.cause().map(Health.Cause::summary).orElse("no cause");
        assertThat(
                health.message() + "; " + cause,
                health.state().name(),
                equalTo(expected.text("state").orElseThrow()));
        expected.text("message").ifPresent(m -> assertThat(health.message(), containsString(m)));
        expected.text("code").ifPresent(code -> assertThat(cause, codeOf(health), equalTo(code)));
        health.cause().ifPresent(c -> causeIsAsExpected(c, expected));
    }

    private static void causeIsAsExpected(Health.Cause cause, KubeObject expected) {
        expected.text("weight").ifPresent(w -> assertThat(cause.weight().name(), equalTo(w)));
        expected.text("container").ifPresent(c -> assertThat(cause.container(), equalTo(c)));
        expected.text("detail").ifPresent(d -> assertThat(cause.detail(), containsString(d)));
        expected.text("hidden").ifPresent(d -> assertThat(cause.detail(), not(containsString(d))));
        expected.text("remedy").ifPresent(r -> assertThat(cause.remedy(), containsString(r)));
    }

    private static String codeOf(Health health) {
        return health.cause().map(Health.Cause::code).orElse("none");
    }

    private Optional<BatchGoal> goal() {
        KubeObject goal = given.child("goal");
        return goal.isEmpty()
                ? Optional.empty()
                : Optional.of(new BatchGoal(
                        (int) goal.numberOr(0, "ready"), (int) goal.numberOr(0, "replicas"), goal.flag("retired")));
    }

    private WorkloadSnapshot snapshot() {
        List<KubeObject> objects = given.children("objects");
        return new WorkloadSnapshot(
                objects.get(0),
                kind(objects, "ReplicaSet"),
                kind(objects, "Pod"),
                kind(objects, "Event"),
                Set.of(),
                given.text("ended").map(Instant::parse),
                given.text("now").map(Instant::parse).orElse(Instant.parse("2026-01-01T00:10:00Z")));
    }

    private static List<KubeObject> kind(List<KubeObject> objects, String kind) {
        return objects.stream().filter(o -> o.kind().equals(kind)).toList();
    }
}
