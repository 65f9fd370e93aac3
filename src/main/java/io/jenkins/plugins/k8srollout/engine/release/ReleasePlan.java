package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.manifest.ConfigHash;
import io.jenkins.plugins.k8srollout.engine.manifest.ImageSubstitution.Replacement;
import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplates;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a release will apply. Immutable.
 *
 * @param request what was asked
 * @param objects as they will be applied, in order
 * @param force whether fields owned by others are taken over
 * @param findings all that the check has found; no errors among them
 * @param upgrades objects that were rewritten for what the cluster serves
 * @param images images that were replaced, unchanged ones left out
 */
public record ReleasePlan(
        ReleaseRequest request,
        List<KubeObject> objects,
        boolean force,
        List<Finding> findings,
        List<Upgraded> upgrades,
        List<Replacement> images) {

    /** One object that was rewritten; the diff is unified, secrets hidden. */
    public record Upgraded(ObjectRef object, String from, String to, String diff) {}

    public ReleasePlan {
        objects = List.copyOf(objects);
        findings = List.copyOf(findings);
        upgrades = List.copyOf(upgrades);
        images = List.copyOf(images);
    }

    /** The hash of the configuration each workload uses, by the workload. */
    public Map<ObjectRef, String> configHashes() {
        Map<ObjectRef, String> hashes = new LinkedHashMap<>();
        for (KubeObject object : objects) {
            PodTemplates.of(object)
                    .map(t -> t.template().annotations().get(ConfigHash.ANNOTATION))
                    .ifPresent(hash -> hashes.put(object.ref(), hash));
        }
        return hashes;
    }

    /** How many objects; never their content, which may be secret. */
    @Override
    public String toString() {
        return objects.size() + " objects for namespace " + request.namespace();
    }
}
