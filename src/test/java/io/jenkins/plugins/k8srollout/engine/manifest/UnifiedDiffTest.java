package io.jenkins.plugins.k8srollout.engine.manifest;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.Test;

public class UnifiedDiffTest {
    private static final Pattern RANGE = Pattern.compile("@@ -(\\d+)(?:,(\\d+))? \\+(\\d+)(?:,(\\d+))? @@");

    @Test
    public void changeShowsWithItsSurroundings() {
        assertThat(
                UnifiedDiff.of("old", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "new", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"), is("""
                        --- old
                        +++ new
                        @@ -2,7 +2,7 @@
                         2
                         3
                         4
                        -5
                        +five
                         6
                         7
                         8
                        """));
    }

    @Test
    public void equalTextsHaveNoDifference() {
        assertThat(UnifiedDiff.of("a", "x\n", "b", "x\n"), is(""));
    }

    @Test
    public void emptySidesAreNumberedAsPatchExpects() {
        assertThat(UnifiedDiff.of("a", "", "b", "x\n"), is("--- a\n+++ b\n@@ -0,0 +1 @@\n+x\n"));
        assertThat(UnifiedDiff.of("a", "x\n", "b", ""), is("--- a\n+++ b\n@@ -1 +0,0 @@\n-x\n"));
    }

    @Test
    public void farChangesGetHunksOfTheirOwn() {
        String many = "=\n".repeat(20);
        String diff = UnifiedDiff.of("a", "x\n" + many + "y\n", "b", "X\n" + many + "Y\n");
        assertThat(diff.split("@@ -").length - 1, is(2));
    }

    @Test
    public void diffIsShortestAndTurnsOneTextIntoTheOther() {
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            List<String> a = lines(random);
            List<String> b = lines(random);
            String diff = UnifiedDiff.of("a", text(a), "b", text(b));
            if (!a.equals(b)) {
                assertThat(diff, patched(a, diff), is(b));
            }
            long changes = diff.lines()
                    .skip(2)
                    .filter(l -> l.startsWith("+") || l.startsWith("-"))
                    .count();
            assertThat(changes, is((long) a.size() + b.size() - 2L * longestCommon(a, b)));
        }
    }

    @Test
    public void hugeDifferencesAreStillRight() {
        List<String> a = new ArrayList<>();
        List<String> b = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            a.add("a" + i);
            b.add("b" + i);
        }
        assertThat(patched(a, UnifiedDiff.of("a", text(a), "b", text(b))), is(b));
    }

    private static List<String> lines(Random random) {
        List<String> lines = new ArrayList<>();
        for (int i = random.nextInt(30); i > 0; i--) {
            lines.add(String.valueOf((char) ('a' + random.nextInt(4))));
        }
        return lines;
    }

    private static String text(List<String> lines) {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    private static int longestCommon(List<String> a, List<String> b) {
        int[][] best = new int[a.size() + 1][b.size() + 1];
        for (int i = 1; i <= a.size(); i++) {
            for (int j = 1; j <= b.size(); j++) {
                best[i][j] = a.get(i - 1).equals(b.get(j - 1))
                        ? best[i - 1][j - 1] + 1
                        : Math.max(best[i - 1][j], best[i][j - 1]);
            }
        }
        return best[a.size()][b.size()];
    }

    /** Applies a diff as patch does, by its line numbers. */
    private static List<String> patched(List<String> a, String diff) {
        List<String> result = new ArrayList<>();
        int next = 0;
        for (String line : Arrays.asList(diff.split("\n")).subList(2, diff.split("\n").length)) {
            Matcher range = RANGE.matcher(line);
            if (range.matches()) {
                boolean none = "0".equals(range.group(2));
                int start = Integer.parseInt(range.group(1)) - (none ? 0 : 1);
                while (next < start) {
                    result.add(a.get(next++));
                }
            } else if (line.startsWith("+")) {
                result.add(line.substring(1));
            } else {
                assertThat(a.get(next), is(line.substring(1)));
                if (line.startsWith(" ")) {
                    result.add(a.get(next));
                }
                next++;
            }
        }
        result.addAll(a.subList(next, a.size()));
        return result;
    }
}
