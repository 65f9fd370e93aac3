package io.jenkins.plugins.k8srollout.run;

import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import java.util.Date;

/** An answer to a pause as the build page shows it: an ordinary class with plain fields, because it is kept in the build's file. */
public final class PauseAnswer {
    private final boolean rollback;
    private final String by;
    private final long at;

    PauseAnswer(ReleaseRecord.Answer answer) {
        rollback = answer.decision() == ReleaseRecord.Decision.ROLLBACK;
        by = answer.by();
        at = answer.at().toEpochMilli();
    }

    /** Otherwise the release was let go on. */
    public boolean isRollback() {
        return rollback;
    }

    /** A user's id, or a build; empty text if it is not known. */
    public String getBy() {
        return by;
    }

    public Date getAt() {
        return new Date(at);
    }
}
