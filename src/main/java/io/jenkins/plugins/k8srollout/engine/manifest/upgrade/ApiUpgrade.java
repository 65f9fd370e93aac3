package io.jenkins.plugins.k8srollout.engine.manifest.upgrade;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Rewrites an object to the newest version of its kind that a cluster serves: upwards for old manifests, downwards for
 * old clusters. Kinds that are not in the table are left alone. Pure.
 */
public final class ApiUpgrade {
    private ApiUpgrade() {}

    /** As {@link #upgrade(KubeObject, ServedApis, Set)} where no IngressClass is known. */
    public static Upgrade upgrade(KubeObject object, ServedApis apis) {
        return upgrade(object, apis, Set.of());
    }

    /**
     * @param apis what the cluster serves
     * @param ingressClasses names of IngressClass objects that exist or are part of the release; only for these the old
     *     class annotation of an Ingress is replaced by the field, as controllers serve a class by its field only if
     *     there is such an object
     */
    public static Upgrade upgrade(KubeObject object, ServedApis apis, Set<String> ingressClasses) {
        Notes notes = new Notes(ingressClasses);
        KubeObject upgraded = References.upgrade(rewritten(object, apis, notes), apis, notes);
        if (upgraded.equals(object)) {
            return new Upgrade(object, object, Optional.empty(), List.of(), notes.obstacle());
        }
        Upgrade.Change change = new Upgrade.Change(object.apiVersion(), upgraded.apiVersion());
        return new Upgrade(object, upgraded, Optional.of(change), notes.all(), Optional.empty());
    }

    private static KubeObject rewritten(KubeObject object, ServedApis apis, Notes notes) {
        String from = object.apiVersion();
        Optional<KindUpgrade> upgrade = KindUpgrades.of(from, object.kind());
        for (String to : upgrade.map(KindUpgrade::versions).orElse(List.of())) {
            boolean served = apis.serves(to, object.kind());
            if (served && to.equals(from)) {
                return object;
            }
            if (served) {
                Notes attempt = notes.begin();
                Optional<KubeObject> converted = converted(upgrade.get(), object, to, attempt);
                if (converted.isPresent()) {
                    notes.take(attempt);
                    return converted.get().with(to, "apiVersion").without("status");
                }
                notes.takeObstacle(attempt);
            }
        }
        return object;
    }

    private static Optional<KubeObject> converted(KindUpgrade upgrade, KubeObject object, String to, Notes notes) {
        try {
            return upgrade.convert(object, to, notes);
        } catch (IllegalArgumentException e) {
            return notes.impossible("its fields are not as its version has them: " + e.getMessage());
        }
    }

    /** Remarks collected while one object is rewritten. */
    static final class Notes {
        private final Set<String> ingressClasses;
        private final List<String> notes = new ArrayList<>();
        private String obstacle;

        Notes(Set<String> ingressClasses) {
            this.ingressClasses = ingressClasses;
        }

        boolean hasIngressClass(String name) {
            return ingressClasses.contains(name);
        }

        void add(String note) {
            notes.add(note);
        }

        /** Says why there is no way, and is what a conversion that fails returns. */
        Optional<KubeObject> impossible(String reason) {
            obstacle = reason;
            return Optional.empty();
        }

        List<String> all() {
            return notes;
        }

        Optional<String> obstacle() {
            return Optional.ofNullable(obstacle);
        }

        private Notes begin() {
            return new Notes(ingressClasses);
        }

        private void take(Notes other) {
            notes.addAll(other.notes);
            obstacle = null;
        }

        private void takeObstacle(Notes other) {
            obstacle = obstacle == null ? other.obstacle : obstacle;
        }
    }
}
