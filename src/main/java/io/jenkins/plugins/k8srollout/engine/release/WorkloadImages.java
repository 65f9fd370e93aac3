package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.manifest.ImageSubstitution;
import io.jenkins.plugins.k8srollout.engine.manifest.ImageSubstitution.Replacement;
import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplates;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.strategy.Holds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Plans the change of nothing but a running workload's images. What is applied is what was applied before, if anything
 * was, with these images; nothing else of the workload is touched. Image fields that belong to another manager are taken
 * over: to set them is all that was asked.
 */
final class WorkloadImages {
    private static final String ATTEMPT = "change the images";

    private WorkloadImages() {}

    static ReleasePlan plan(ReleaseRequest request, ClusterFacts facts) {
        ObjectRef ref = request.workload().orElseThrow().in(request.namespace());
        KubeObject live = facts.existing().apply(ref).orElseThrow(() -> absent(ref));
        List<Replacement> replacements = replacements(request, ref, live);
        // Nor is it to stay paused, if that was an earlier release's doing: who releases wants the pods replaced.
        KubeObject desired = Holds.restored(facts.owned().apply(ref).orElseThrow(() -> absent(ref)))
                .without("spec", "paused");
        PodTemplate template = PodTemplates.of(live).orElseThrow(() -> absent(ref));
        for (PodTemplate.Container container : template.containers()) {
            for (Replacement replacement : replacements) {
                if (replacement.container().equals(container.name())) {
                    String section = container.init() ? "initContainers" : "containers";
                    desired = withImage(desired, template.at("spec", section), container.name(), replacement.to());
                }
            }
        }
        desired = PullSecret.reference(desired, request.pullSecret());
        desired = ChangeCause.annotate(desired, request.changeCause());
        List<Replacement> changed =
                replacements.stream().filter(r -> !r.from().equals(r.to())).toList();
        return new ReleasePlan(request, List.of(desired), true, List.of(), List.of(), changed);
    }

    private static List<Replacement> replacements(ReleaseRequest request, ObjectRef ref, KubeObject live) {
        ImageSubstitution.Result result = ImageSubstitution.replace(List.of(live), request.images());
        List<String> wrong = new ArrayList<>(result.unused());
        wrong.addAll(result.ambiguous().keySet());
        if (!wrong.isEmpty()) {
            throw ReleaseException.refused(
                    ATTEMPT,
                    ref.toString(),
                    "no container is called " + String.join(" or ", wrong) + " or runs an image of that name",
                    "Name one of its containers",
                    PodTemplates.of(live).map(PodTemplate::containers).orElse(List.of()).stream()
                            .map(PodTemplate.Container::name)
                            .toArray(String[]::new));
        }
        return result.replacements();
    }

    private static KubeObject withImage(KubeObject desired, Object[] path, String container, String image) {
        List<Object> containers = new ArrayList<>();
        boolean found = false;
        for (Object item : desired.items(path)) {
            boolean match = item instanceof Map && container.equals(((Map<?, ?>) item).get("name"));
            found |= match;
            containers.add(match ? withImage((Map<?, ?>) item, image) : item);
        }
        if (!found) {
            containers.add(withImage(Map.of("name", container), image));
        }
        return desired.with(containers, path);
    }

    private static Map<Object, Object> withImage(Map<?, ?> container, String image) {
        Map<Object, Object> copy = new LinkedHashMap<>(container);
        copy.put("image", image);
        return copy;
    }

    private static ReleaseException absent(ObjectRef ref) {
        return new ReleaseException(new Problem(
                Problem.Kind.NOT_FOUND,
                ATTEMPT,
                ref.toString(),
                "there is no such workload",
                "Check its name and namespace, or release it once with its manifests"));
    }
}
