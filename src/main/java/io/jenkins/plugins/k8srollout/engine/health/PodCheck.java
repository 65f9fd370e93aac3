package io.jenkins.plugins.k8srollout.engine.health;

import java.util.Optional;

/** One row of the table in {@link PodDiagnosis}: a way in which a pod can fail to run. */
@FunctionalInterface
interface PodCheck {
    Optional<Diagnosis> check(PodView pod);
}
