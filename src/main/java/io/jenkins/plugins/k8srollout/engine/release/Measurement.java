package io.jenkins.plugins.k8srollout.engine.release;

/**
 * What one measurement of a metric has shown.
 *
 * @param detail what was seen, for logs; the value, or why there is none
 */
record Measurement(Verdict verdict, String detail) {

    /** What follows from it. */
    enum Verdict {
        HOLDS,
        FAILS,
        /** Nothing was to be measured, perhaps because nobody has asked the new pods anything yet. */
        NO_DATA,
        /** Whoever measures did not answer, or refused. */
        UNANSWERED
    }

    static Measurement holds(String detail) {
        return new Measurement(Verdict.HOLDS, detail);
    }

    static Measurement fails(String detail) {
        return new Measurement(Verdict.FAILS, detail);
    }

    static Measurement noData(String detail) {
        return new Measurement(Verdict.NO_DATA, detail);
    }

    static Measurement unanswered(String detail) {
        return new Measurement(Verdict.UNANSWERED, detail);
    }
}
