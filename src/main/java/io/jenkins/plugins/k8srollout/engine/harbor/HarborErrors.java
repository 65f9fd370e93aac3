package io.jenkins.plugins.k8srollout.engine.harbor;

import io.jenkins.plugins.k8srollout.engine.http.HttpAnswer;
import io.jenkins.plugins.k8srollout.engine.http.HttpCall;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;

/** Turns Harbor's refusal into a problem with a remedy, Harbor's own code and words in it. Pure. */
final class HarborErrors {

    /** One row: which answers, what kind of problem, what to do. The first that fits is taken. */
    private record Row(BiPredicate<Integer, String> fits, Problem.Kind kind, String remedy) {}

    private static final List<Row> ROWS = List.of(
            new Row(
                    (status, words) -> words.contains("read only mode") || words.contains("readonly"),
                    Problem.Kind.REJECTED,
                    "Wait until an administrator ends Harbor's read-only mode"),
            new Row(
                    (status, words) -> words.contains("scanner") || words.contains("scanning"),
                    Problem.Kind.REJECTED,
                    "Set up a scanner for the project that can scan such images, and activate it (Harbor: Interrogation"
                            + " Services)"),
            new Row(
                    (status, words) -> words.contains("immutable"),
                    Problem.Kind.REJECTED,
                    "Leave the tag, or relax the project's rule of immutable tags"),
            new Row(
                    (status, words) -> words.contains("quota") || words.contains("exceed"),
                    Problem.Kind.REJECTED,
                    "Delete old images and run Harbor's garbage collection, or raise the project's quota"),
            new Row(
                    (status, words) -> status == 401,
                    Problem.Kind.NOT_PERMITTED,
                    "Check name and secret; a robot account may have expired or been disabled"),
            new Row((status, words) -> status == 403, Problem.Kind.NOT_PERMITTED, ""),
            new Row(
                    (status, words) -> status == 404,
                    Problem.Kind.NOT_FOUND,
                    "Check project, repository, and tag or digest"),
            new Row(
                    (status, words) -> status == 409,
                    Problem.Kind.CONFLICT,
                    "Look into Harbor what is there under this name"),
            new Row((status, words) -> true, Problem.Kind.REJECTED, "Look into Harbor's log (harbor-core)"));

    private HarborErrors() {}

    /**
     * @param who asked
     * @param needs the right that the request needs
     */
    static ReleaseException of(HttpAnswer answer, HttpCall call, String who, HarborRight needs) {
        String lower = answer.words().toLowerCase(Locale.ROOT);
        Row row = ROWS.stream()
                .filter(r -> r.fits().test(answer.status(), lower))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the last row fits everything"));
        boolean refused = row.kind() == Problem.Kind.NOT_PERMITTED;
        return new ReleaseException(new Problem(
                row.kind(),
                call.attempted(),
                call.object(),
                (refused ? "Harbor refused " + who + ": it answered " : "Harbor answered ") + answer.words(),
                refused && who.equals("no credentials") ? "Choose credentials for this registry" : remedy(row, needs)));
    }

    private static String remedy(Row row, HarborRight needs) {
        return row.remedy().isEmpty()
                ? "Grant it the right \"" + needs.words() + "\" (Harbor: the robot account's permissions, or the user's"
                        + " role in the project)"
                : row.remedy();
    }
}
