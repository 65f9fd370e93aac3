package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;

/**
 * How one kind shows its health. Called only for objects that are not being deleted and whose controller, where it
 * says so, has seen the current generation.
 */
@FunctionalInterface
interface KindRule {
    Health judge(KubeObject object);

    static Health healthy(String message) {
        return Health.of(Health.State.HEALTHY, message);
    }

    static Health progressing(String message) {
        return Health.of(Health.State.PROGRESSING, message);
    }

    static Health failed(KubeObject object, String code, String detail, String remedy) {
        Health.Cause cause = new Health.Cause(Health.Weight.FATAL, code, object.ref(), "", detail, remedy);
        return Health.because(Health.State.FAILED, detail, cause);
    }

    /** {@code 2 of 3 pods available}. */
    static String pods(long have, long want, String what) {
        return have + " of " + want + (want == 1 ? " pod " : " pods ") + what;
    }
}
