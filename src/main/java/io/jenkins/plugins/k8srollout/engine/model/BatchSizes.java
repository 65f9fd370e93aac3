package io.jenkins.plugins.k8srollout.engine.model;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How many pods each batch of a release replaces: so many batches of equal size, a size for each, or how far each goes.
 * Immutable.
 *
 * @param count the number of equal batches; 0 if each has a size of its own
 * @param each the sizes; what they leave over is one more batch, what they exceed is not replaced twice
 * @param cumulative whether a size counts the pods of the batches before, too
 * @param keepsOne whether a size below all leaves one pod, of several, however it is rounded
 */
public record BatchSizes(int count, List<Size> each, boolean cumulative, boolean keepsOne) {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,6})(%?)");
    private static final int ALL = 100;

    /**
     * One batch.
     *
     * @param value at least 1; of a percentage at most 100
     * @param percent whether it is a part of all replicas, rounded up
     */
    public record Size(int value, boolean percent) {
        /** How many pods that is, at least one. */
        public int of(int replicas) {
            return percent ? (int) Math.max(1, ((long) replicas * value + ALL - 1) / ALL) : value;
        }

        /** Whether it is all pods, whatever their number. */
        public boolean isAll() {
            return percent && value == ALL;
        }

        @Override
        public String toString() {
            return value + (percent ? "%" : "");
        }
    }

    public BatchSizes {
        each = List.copyOf(each);
    }

    /** @throws ReleaseException (refused input) for fewer than one batch */
    public static BatchSizes equal(int count) {
        if (count < 1) {
            throw ReleaseException.refused(
                    "read the number of batches",
                    String.valueOf(count),
                    "there must be one at least",
                    "Write 2 or more");
        }
        return new BatchSizes(count, List.of(), false, false);
    }

    /**
     * Reads sizes with commas between them, as in {@code 1,50%}.
     *
     * @throws ReleaseException (refused input) for anything that is no list of positive numbers and percentages
     */
    public static BatchSizes parse(String text) {
        List<Size> sizes = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            var parts = SIZE.matcher(part.strip());
            int value = parts.matches() ? Integer.parseInt(parts.group(1)) : 0;
            boolean percent = value > 0 && !parts.group(2).isEmpty();
            if (value < 1 || percent && value > ALL) {
                throw ReleaseException.refused(
                        "read the sizes of the batches",
                        text,
                        "\"" + part.strip() + "\" is no size",
                        "Write for example 1,50%: numbers of pods, or percentages of all from 1% to 100%");
            }
            sizes.add(new Size(value, percent));
        }
        return new BatchSizes(0, sizes, false, false);
    }

    /**
     * How many of a hundred pods are new after each batch.
     *
     * @throws ReleaseException (refused input) unless they grow, from 1 at least to 100 at most
     */
    public static BatchSizes weights(List<Integer> weights) {
        int before = 0;
        for (int weight : weights) {
            if (weight <= before || weight > ALL) {
                throw ReleaseException.refused(
                        "read the steps of a canary",
                        weights.toString(),
                        weight + (weight > ALL ? " is more than all" : " is not more than " + before),
                        "Write percentages that grow, for example 10,25,50");
            }
            before = weight;
        }
        return new BatchSizes(0, weights.stream().map(w -> new Size(w, true)).toList(), true, false);
    }

    /** The same, but no size below all comes to all pods by being rounded up. */
    public BatchSizes keepingOne() {
        return new BatchSizes(count, each, cumulative, true);
    }

    /** As {@link #parse} reads it, or the number of batches. */
    @Override
    public String toString() {
        return count > 0
                ? String.valueOf(count)
                : each.stream().map(Size::toString).collect(Collectors.joining(","));
    }
}
