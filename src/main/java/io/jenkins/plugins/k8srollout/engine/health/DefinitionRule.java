package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Optional;

/** CustomResourceDefinition: its names are accepted and the server serves it. */
final class DefinitionRule implements KindRule {
    @Override
    public Health judge(KubeObject object) {
        Optional<KubeObject> refused = Conditions.isFalse(object, "NamesAccepted");
        if (refused.isPresent()) {
            return KindRule.failed(
                    object,
                    "NamesNotAccepted",
                    Conditions.words(refused.get()),
                    "Another definition has these names: choose others or delete it");
        }
        return Conditions.isTrue(object, "Established").isPresent()
                ? KindRule.healthy("established")
                : KindRule.progressing("not yet established");
    }
}
