package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** The namespaces that a plan needs, does not bring, and that do not exist. Blocks while the server answers. */
final class MissingNamespaces {
    private static final String ATTEMPT = "release";

    private MissingNamespaces() {}

    /** @throws ReleaseException if some are missing, and the release is not to create them, or one is being deleted */
    static Set<String> of(ClusterPort port, ReleasePlan plan, LiveObjects live) {
        Set<String> brought = new LinkedHashSet<>();
        Set<String> needed = new LinkedHashSet<>();
        for (KubeObject object : plan.objects()) {
            if (object.kind().equals("Namespace")) {
                brought.add(object.name());
            } else if (!object.namespace().isEmpty()) {
                needed.add(object.namespace());
            }
        }
        needed.removeAll(brought);
        // Where something is, there is a namespace; if that is being deleted, the server says so.
        plan.objects().stream().filter(o -> live.isPresent(o.ref())).forEach(o -> needed.remove(o.namespace()));
        Set<String> missing = new LinkedHashSet<>();
        for (String namespace : needed) {
            if (!exists(port, namespace)) {
                if (!plan.request().createNamespace()) {
                    throw noNamespace(namespace);
                }
                missing.add(namespace);
            }
        }
        return missing;
    }

    private static boolean exists(ClusterPort port, String name) {
        ObjectRef ref = new ObjectRef("v1", "Namespace", "", name);
        try {
            Optional<KubeObject> found = port.get(ref);
            if (found.flatMap(n -> n.text("status", "phase"))
                    .filter("Terminating"::equals)
                    .isPresent()) {
                throw new ReleaseException(new Problem(
                        Problem.Kind.REJECTED,
                        ATTEMPT,
                        ref.toString(),
                        "the namespace is being deleted",
                        "Wait until it is gone, then release again"));
            }
            return found.isPresent();
        } catch (ReleaseException e) {
            if (e.problem().kind() == Problem.Kind.NOT_PERMITTED) {
                return true; // who may not look at namespaces works in one that is there
            }
            throw e;
        }
    }

    private static ReleaseException noNamespace(String namespace) {
        return new ReleaseException(new Problem(
                Problem.Kind.NOT_FOUND,
                ATTEMPT,
                "Namespace/" + namespace,
                "the namespace does not exist; nothing was changed",
                "Correct the name, create it, or set createNamespace (--create-namespace)"));
    }
}
