package io.jenkins.plugins.k8srollout.engine.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyResult;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What a wait must remember of an object that was just applied. */
final class AppliedTarget {
    private static final Logger LOGGER = Logger.getLogger(AppliedTarget.class.getName());
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private AppliedTarget() {}

    /** @param isNew whether the apply has made a new generation, so that what the status says is of an earlier one */
    static WaitRequest.Target of(ApplyResult result, boolean isNew) {
        boolean workload = Revisions.KINDS.contains(result.after().kind());
        return of(result.after(), workload ? fingerprint(result.owned()) : "", isNew);
    }

    /** As {@link #of(ApplyResult, boolean)}, after other changes to the object since. */
    static WaitRequest.Target of(ClusterPort port, KubeObject after, boolean isNew) {
        boolean workload = Revisions.KINDS.contains(after.kind());
        return of(after, workload ? fingerprint(port, after.ref()) : "", isNew);
    }

    private static WaitRequest.Target of(KubeObject after, String template, boolean isNew) {
        return new WaitRequest.Target(
                after.ref(),
                after.numberOr(0, "metadata", "generation"),
                template,
                isNew
                        ? StalledCondition.time(after)
                                .or(() -> EarlierWords.of(after))
                                .orElse("")
                        : "");
    }

    // Without it only a change by somebody else goes unnoticed; that fails no release.
    private static String fingerprint(ClusterPort port, ObjectRef ref) {
        try {
            return port.owned(ref).map(AppliedTarget::fingerprint).orElse("");
        } catch (ReleaseException e) {
            LOGGER.log(Level.FINE, "no fingerprint of " + ref, e);
            return "";
        }
    }

    /**
     * Tells whether two states of a pod template are the same in all that we have applied. What others add to a
     * template, such as the annotation of {@code kubectl rollout restart} or a variable of a reloader, changes nothing
     * of ours; what they overwrite is no longer ours.
     *
     * @param owned what is ours of the object
     */
    static String fingerprint(KubeObject owned) {
        try {
            byte[] text = JSON.writeValueAsString(
                            owned.child("spec", "template").fields())
                    .getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(ImageDigest.newSha256().digest(text));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain data can always be written", e);
        }
    }

    /** Whether the template is still as it was applied; true for a target that remembers none. */
    static boolean isUntouched(WaitRequest.Target target, Optional<KubeObject> owned) {
        return target.template().isEmpty()
                || owned.map(AppliedTarget::fingerprint)
                        .filter(target.template()::equals)
                        .isPresent();
    }
}
