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
    private static final int MOST_QUOTED = 20;

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
        String files = errors.stream().map(Finding::file).distinct().collect(Collectors.joining(", "));
        String quoted = errors.stream()
                .limit(MOST_QUOTED)
                .map(f -> "\n  " + f.summary())
                .collect(Collectors.joining());
        String more = errors.size() > MOST_QUOTED ? "\n  and " + (errors.size() - MOST_QUOTED) + " more" : "";
        String count = errors.size() == 1 ? "there is an error" : "there are " + errors.size() + " errors";
        return new Problem(
                Problem.Kind.REFUSED_INPUT,
                "release the manifests",
                files,
                count + ":" + quoted + more + "\nNothing was changed",
                "Correct the manifests");
    }
}
