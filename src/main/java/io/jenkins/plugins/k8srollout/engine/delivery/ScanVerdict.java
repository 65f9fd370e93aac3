package io.jenkins.plugins.k8srollout.engine.delivery;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ScanResult;
import io.jenkins.plugins.k8srollout.engine.model.Vulnerability;
import java.util.List;
import java.util.stream.Collectors;

/** What a scan's result means for a build. Pure. */
public final class ScanVerdict {
    private static final int NAMED = 10;

    private ScanVerdict() {}

    /** @throws ReleaseException (rejected) with the worst findings, if the result does not pass */
    public static ScanResult require(ScanResult result) {
        if (result.passed()) {
            return result;
        }
        List<Vulnerability> worst = result.blockingFindings();
        String named = worst.stream().limit(NAMED).map(Vulnerability::summary).collect(Collectors.joining("; "));
        int more = result.blocking() - Math.min(NAMED, worst.size());
        long fixable = worst.stream().filter(Vulnerability::isFixable).count();
        String count = result.blocking() == 1 ? "1 finding" : result.blocking() + " findings";
        throw new ReleaseException(new Problem(
                Problem.Kind.REJECTED,
                "accept the image",
                result.image(),
                "the scan has " + count + " of severity " + result.threshold().word() + " or worse ("
                        + result.countsText() + " in all)" + (named.isEmpty() ? "" : ": " + named)
                        + (more > 0 && !named.isEmpty() ? "; and " + more + " more" : ""),
                fixable > 0
                        ? "Update the packages that have a fix, mostly by a newer base image"
                        : "Use another base image, or raise the threshold until there is a fix"));
    }
}
