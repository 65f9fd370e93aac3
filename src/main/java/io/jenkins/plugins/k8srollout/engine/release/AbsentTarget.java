package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import java.util.Collection;
import java.util.List;

/** Says that an object does not exist, and which one may have been meant. Pure. */
final class AbsentTarget {
    private static final String ATTEMPTED = "wait for a healthy release";
    private static final int MOST_NAMES = 5;
    private static final int FAREST = 3;

    private AbsentTarget() {}

    static Problem deleted(ObjectRef ref) {
        return new Problem(
                Problem.Kind.NOT_FOUND,
                ATTEMPTED,
                ref.toString(),
                "it was deleted while the release was under way",
                "Find out who deletes it, and release again");
    }

    static Problem noNamespace(ObjectRef ref) {
        return new Problem(
                Problem.Kind.NOT_FOUND,
                ATTEMPTED,
                ref.toString(),
                "there is no namespace " + ref.namespace(),
                "Correct the namespace, or create it");
    }

    /** @param names of the objects of this kind that there are */
    static Problem missing(ObjectRef ref, Collection<String> names) {
        List<String> similar = names.stream()
                .filter(n -> isSimilar(n, ref.name()))
                .limit(MOST_NAMES)
                .toList();
        List<String> shown =
                similar.isEmpty() ? names.stream().limit(MOST_NAMES).toList() : similar;
        return new Problem(
                Problem.Kind.NOT_FOUND,
                ATTEMPTED,
                ref.toString(),
                ref.namespace().isEmpty()
                        ? "there is no " + ref.kind() + " of that name"
                        : "there is no " + ref.kind() + " of that name in namespace " + ref.namespace(),
                "Correct kind, name or namespace",
                shown);
    }

    private static boolean isSimilar(String one, String other) {
        return one.contains(other)
                || other.contains(one)
                || distance(one, other) <= Math.min(FAREST, other.length() / 2);
    }

    /** Levenshtein's distance. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int corner = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int replaced = corner + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                corner = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
