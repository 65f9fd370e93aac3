package io.jenkins.plugins.k8srollout.run;

import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import java.time.Instant;

/** What becomes of a paused release. */
enum Answer {
    CONTINUE,
    ROLLBACK;

    /** For the record. */
    ReleaseRecord.Answer by(String who, Instant at) {
        return new ReleaseRecord.Answer(at, who, ReleaseRecord.Decision.valueOf(name()));
    }
}
