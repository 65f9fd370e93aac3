package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplates;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says that somebody else has changed a pod template that a release had applied. Pure. */
final class ForeignChange {
    private ForeignChange() {}

    /** @param live the object as it is now; empty if that is not known */
    static Problem of(WaitRequest.Target target, Optional<KubeObject> live) {
        return new Problem(
                Problem.Kind.CONFLICT,
                "get a healthy release",
                target.ref().toString(),
                words(target, live),
                "Find out who has changed it, with kubectl rollout history or the managedFields of the object, and"
                        + " release again");
    }

    private static String words(WaitRequest.Target target, Optional<KubeObject> live) {
        String generation = live.flatMap(o -> o.number("metadata", "generation"))
                .map(g -> " (generation " + g + ", the release made " + target.minGeneration() + ")")
                .orElse("");
        return "somebody else has changed its pod template while the release was under way, as kubectl rollout undo"
                + " does" + generation + images(live);
    }

    private static String images(Optional<KubeObject> live) {
        List<PodTemplate.Container> containers =
                live.flatMap(PodTemplates::of).map(PodTemplate::containers).orElse(List.of());
        return containers.isEmpty()
                ? ""
                : "; it runs "
                        + containers.stream()
                                .map(c -> c.name() + " from " + c.image())
                                .collect(Collectors.joining(", "))
                        + " now";
    }
}
