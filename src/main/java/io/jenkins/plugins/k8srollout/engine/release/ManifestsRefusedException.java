package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.List;
import java.util.stream.Collectors;

/** The manifests have errors; nothing was changed. Holds everything that was found, warnings included. */
public final class ManifestsRefusedException extends ReleaseException {
    private static final long serialVersionUID = 1L;

    private final List<Finding> findings;

    ManifestsRefusedException(List<Finding> findings) {
        super(problem(findings));
        this.findings = List.copyOf(findings);
    }

    public List<Finding> findings() {
        return findings;
    }

    private static Problem problem(List<Finding> findings) {
        List<Finding> errors =
                findings.stream().filter(f -> f.severity() == Severity.ERROR).toList();
        if (errors.size() == 1) {
            return problem(errors.get(0));
        }
        String files = errors.stream().map(Finding::file).distinct().collect(Collectors.joining(", "));
        // Each has been told in full as an event; here the first stands for all.
        String first = errors.get(0).summary().lines().findFirst().orElse("");
        return new Problem(
                Problem.Kind.REFUSED_INPUT,
                "release the manifests",
                files,
                errors.size() + " errors, the first: " + first + (first.endsWith(".") ? "" : ".")
                        + " Nothing was changed",
                "Correct the manifests; all errors are listed above");
    }

    private static Problem problem(Finding error) {
        String subject = error.object().isEmpty() ? "" : error.object() + ": ";
        String message = error.message().lines().findFirst().orElse("");
        return new Problem(
                Problem.Kind.REFUSED_INPUT,
                "release the manifests",
                error.place(),
                subject + message + (message.endsWith(".") ? "" : ".") + " Nothing was changed",
                error.fix().isEmpty() ? "Correct the manifest" : error.fix());
    }
}
