package io.jenkins.plugins.k8srollout.engine.release;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * A search by a pattern that a user wrote, in a text that an application wrote: the two together can take longer than
 * anybody lives, or more stack than there is.
 */
final class TimedMatch implements CharSequence {
    private final CharSequence text;
    private final long deadline; // of System.nanoTime

    private TimedMatch(CharSequence text, long deadline) {
        this.text = text;
        this.deadline = deadline;
    }

    /** Thrown out of the search, which has no other way to be ended. */
    private static final class TimeIsUpException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private TimeIsUpException(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * Whether the text holds the pattern. Returns soon after {@code limit} at the latest.
     *
     * @throws IllegalStateException if that could not be found out, with the reason
     */
    static boolean found(Pattern pattern, String text, Duration limit) {
        try {
            return pattern.matcher(new TimedMatch(text, System.nanoTime() + limit.toNanos()))
                    .find();
        } catch (TimeIsUpException e) {
            throw new IllegalStateException(
                    "searching the answer for " + pattern.pattern() + " takes more than " + limit.toSeconds() + " s");
        } catch (StackOverflowError e) {
            throw new IllegalStateException("the answer is too long for the pattern " + pattern.pattern());
        }
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public char charAt(int index) {
        if (System.nanoTime() - deadline > 0) {
            throw new TimeIsUpException("the search has taken too long");
        }
        return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return new TimedMatch(text.subSequence(start, end), deadline);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
