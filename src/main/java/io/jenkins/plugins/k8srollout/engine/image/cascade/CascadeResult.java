package io.jenkins.plugins.k8srollout.engine.image.cascade;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a cascade has come out.
 *
 * @param images bases before what is built on them
 */
public record CascadeResult(List<CascadeOutcome> images) implements Serializable {
    private static final Set<Problem.Kind> REFUSALS = Set.of(Problem.Kind.REFUSED_INPUT, Problem.Kind.NOT_FOUND);

    public CascadeResult {
        images = List.copyOf(images);
    }

    /**
     * What to tell if not all images are there. The kind is that of the first failure, but never one that promises that
     * nothing was changed: other images may have been built.
     */
    public Optional<Problem> problem() {
        List<CascadeOutcome> failed =
                images.stream().filter(image -> image.problem() != null).toList();
        if (failed.isEmpty()) {
            return Optional.empty();
        }
        List<String> reasons = new ArrayList<>();
        failed.forEach(
                image -> reasons.add(image.folder() + ": " + image.problem().reason()));
        List<String> left = images.stream()
                .filter(image -> image.state() == CascadeOutcome.State.NOT_BEGUN)
                .map(image -> image.folder() + " (because of " + image.because() + ")")
                .toList();
        String notBegun = left.isEmpty() ? "" : "; not begun: " + String.join(", ", left);
        Problem first = failed.get(0).problem();
        String again = "The others are done, and a repetition begins where this one failed";
        return Optional.of(new Problem(
                REFUSALS.contains(first.kind()) ? Problem.Kind.FAILED : first.kind(),
                "build the cascade",
                failed.size() + " of " + images.size() + " images failed",
                String.join("; ", reasons) + notBegun,
                first.remedy().isEmpty() ? again : first.remedy() + ". " + again,
                first.validValues()));
    }
}
