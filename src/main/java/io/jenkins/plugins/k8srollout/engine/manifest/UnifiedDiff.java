package io.jenkins.plugins.k8srollout.engine.manifest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The difference between two texts in the unified format, found by Eugene Myers' algorithm.
 *
 * @see <a href="https://doi.org/10.1007/BF01840446">An O(ND) difference algorithm and its variations</a>
 */
public final class UnifiedDiff {
    private static final int CONTEXT = 3;
    private static final int MOST_EDITS = 1000;

    /** {@code sign} is ' ', '-' or '+'. */
    private record Line(char sign, String text) {}

    private UnifiedDiff() {}

    /**
     * Texts that differ in more than 1,000 lines are shown as wholly replaced between their common start and end.
     *
     * @param nameA what the first text is called in the head
     * @return empty text if both are equal
     */
    public static String of(String nameA, String textA, String nameB, String textB) {
        if (textA.equals(textB)) {
            return "";
        }
        List<Line> lines = compare(lines(textA), lines(textB));
        StringBuilder out = new StringBuilder("--- " + nameA + "\n+++ " + nameB + "\n");
        int i = 0;
        while (i < lines.size()) {
            if (lines.get(i).sign() == ' ') {
                i++;
                continue;
            }
            int start = Math.max(0, i - CONTEXT);
            int end = endOfHunk(lines, i);
            hunk(lines, start, end, out);
            i = end;
        }
        return out.toString();
    }

    private static List<String> lines(String text) {
        List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
        if (lines.get(lines.size() - 1).isEmpty()) {
            lines.remove(lines.size() - 1);
        }
        return lines;
    }

    /** Changes with at most twice the context between them share a hunk. */
    private static int endOfHunk(List<Line> lines, int from) {
        int lastChange = from;
        for (int i = from; i < lines.size() && i - lastChange <= 2 * CONTEXT; i++) {
            if (lines.get(i).sign() != ' ') {
                lastChange = i;
            }
        }
        return Math.min(lines.size(), lastChange + CONTEXT + 1);
    }

    private static void hunk(List<Line> lines, int start, int end, StringBuilder out) {
        int a = count(lines, 0, start, '+');
        int b = count(lines, 0, start, '-');
        int lengthA = count(lines, start, end, '+');
        int lengthB = count(lines, start, end, '-');
        out.append("@@ -")
                .append(range(a, lengthA))
                .append(" +")
                .append(range(b, lengthB))
                .append(" @@\n");
        lines.subList(start, end)
                .forEach(line -> out.append(line.sign()).append(line.text()).append('\n'));
    }

    private static int count(List<Line> lines, int start, int end, char except) {
        return (int) lines.subList(start, end).stream()
                .filter(line -> line.sign() != except)
                .count();
    }

    /** Lines count from 1, except that an empty range names the line before it. */
    private static String range(int before, int length) {
        int first = length == 0 ? before : before + 1;
        return length == 1 ? String.valueOf(first) : first + "," + length;
    }

    private static List<Line> compare(List<String> a, List<String> b) {
        int head = 0;
        while (head < a.size() && head < b.size() && a.get(head).equals(b.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < a.size() - head
                && tail < b.size() - head
                && a.get(a.size() - 1 - tail).equals(b.get(b.size() - 1 - tail))) {
            tail++;
        }
        List<Line> lines = new ArrayList<>();
        a.subList(0, head).forEach(text -> lines.add(new Line(' ', text)));
        lines.addAll(myers(a.subList(head, a.size() - tail), b.subList(head, b.size() - tail)));
        a.subList(a.size() - tail, a.size()).forEach(text -> lines.add(new Line(' ', text)));
        return lines;
    }

    private static List<Line> myers(List<String> a, List<String> b) {
        List<int[]> trace = new ArrayList<>();
        int most = Math.min(a.size() + b.size(), MOST_EDITS);
        int[] furthest = new int[2 * most + 2];
        for (int d = 0; d <= most; d++) {
            trace.add(Arrays.copyOf(furthest, furthest.length));
            for (int k = -d; k <= d; k += 2) {
                int x = isDown(furthest, most, d, k) ? furthest[most + k + 1] : furthest[most + k - 1] + 1;
                int y = x - k;
                while (x < a.size() && y < b.size() && a.get(x).equals(b.get(y))) {
                    x++;
                    y++;
                }
                furthest[most + k] = x;
                if (x >= a.size() && y >= b.size()) {
                    return walkBack(a, b, trace, most);
                }
            }
        }
        List<Line> replaced = new ArrayList<>();
        a.forEach(text -> replaced.add(new Line('-', text)));
        b.forEach(text -> replaced.add(new Line('+', text)));
        return replaced;
    }

    private static boolean isDown(int[] furthest, int most, int d, int k) {
        return k == -d || (k != d && furthest[most + k - 1] < furthest[most + k + 1]);
    }

    private static List<Line> walkBack(List<String> a, List<String> b, List<int[]> trace, int most) {
        List<Line> lines = new ArrayList<>();
        int x = a.size();
        int y = b.size();
        for (int d = trace.size() - 1; d >= 0; d--) {
            int[] furthest = trace.get(d);
            int k = x - y;
            int previousK = isDown(furthest, most, d, k) ? k + 1 : k - 1;
            int previousX = d == 0 ? 0 : furthest[most + previousK];
            int previousY = d == 0 ? 0 : previousX - previousK;
            while (x > previousX && y > previousY) {
                lines.add(new Line(' ', a.get(--x)));
                y--;
            }
            if (d > 0 && x == previousX) {
                lines.add(new Line('+', b.get(--y)));
            } else if (d > 0) {
                lines.add(new Line('-', a.get(--x)));
            }
        }
        Collections.reverse(lines);
        return lines;
    }
}
