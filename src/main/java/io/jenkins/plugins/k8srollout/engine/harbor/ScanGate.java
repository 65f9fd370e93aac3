package io.jenkins.plugins.k8srollout.engine.harbor;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ScanResult;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.model.Vulnerability;
import io.jenkins.plugins.k8srollout.engine.model.VulnerabilitySeverity;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/**
 * Has an image scanned and judges what was found. Everything is asked by digest: a tag may mean another image by then.
 *
 * <p>A result of today is taken as it is, an older one is renewed: vulnerabilities become known while images lie about.
 * The calling thread waits, and interrupting it ends the wait; a scan that has begun goes on in Harbor, and the next
 * call finds it.
 */
public final class ScanGate {
    private static final Duration FRESH = Duration.ofHours(24);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final int MOST_SCANS = 3;

    private final HarborClient harbor;
    private final Scheduler scheduler;

    public ScanGate(HarborClient harbor, Scheduler scheduler) {
        this.harbor = harbor;
        this.scheduler = scheduler;
    }

    /**
     * The scan's result, whether it passes or not.
     *
     * @throws ReleaseException (timed out) if there is none in time, (failed) if the scanner fails again and again
     */
    public ScanResult scan(
            HarborRepository repository, ImageDigest digest, VulnerabilitySeverity threshold, Duration timeout) {
        return new Round(repository, digest, threshold, scheduler.now().plus(timeout), timeout).run();
    }

    /** One image's way through the gate; of one thread. */
    private final class Round {
        private final HarborRepository repository;
        private final String digest;
        private final VulnerabilitySeverity threshold;
        private final Instant deadline;
        private final Duration timeout;
        private Optional<String> outdated = Optional.empty(); // the report that does not count
        private int scans;
        private Duration pause = FIRST_PAUSE;

        Round(
                HarborRepository repository,
                ImageDigest digest,
                VulnerabilitySeverity threshold,
                Instant deadline,
                Duration timeout) {
            this.repository = repository;
            this.digest = digest.toString();
            this.threshold = threshold;
            this.deadline = deadline;
            this.timeout = timeout;
        }

        ScanResult run() {
            while (true) {
                Optional<ScanOverview> overview = overview();
                if (scans == 0 && overview.map(this::isOld).orElse(true)) {
                    start(overview);
                } else if (overview.isPresent() && !outdated.equals(overview.map(ScanOverview::reportId))) {
                    Optional<ScanResult> result = conclude(overview.get());
                    if (result.isPresent()) {
                        return result.get();
                    }
                }
                await(overview);
            }
        }

        private Optional<ScanOverview> overview() {
            return harbor.artifact(repository, digest)
                    .orElseThrow(() -> problem(
                            Problem.Kind.NOT_FOUND,
                            "Harbor has no such image",
                            "Check that it was pushed to this Harbor and has not been deleted since"))
                    .scan();
        }

        private boolean isOld(ScanOverview overview) {
            return overview.state() == ScanOverview.State.DONE
                    && overview.ended().plus(FRESH).isBefore(scheduler.now());
        }

        private void start(Optional<ScanOverview> before) {
            outdated = before.map(ScanOverview::reportId);
            scans++;
            harbor.scan(repository, digest);
        }

        private Optional<ScanResult> conclude(ScanOverview overview) {
            if (overview.state() == ScanOverview.State.GOING_ON) {
                return Optional.empty();
            }
            if (overview.state() == ScanOverview.State.DONE) {
                return harbor.findings(repository, digest)
                        // Harbor may call a scan done a moment before its report can be read.
                        .filter(findings -> !findings.isEmpty() || total(overview.counts()) == 0)
                        .map(findings -> judged(overview, findings));
            }
            if (scans >= MOST_SCANS) {
                throw problem(
                        Problem.Kind.FAILED,
                        overview.state() == ScanOverview.State.STOPPED
                                ? "somebody has stopped the scan"
                                : "the scanner failed " + scans + " times",
                        "Look into the scan's log (Harbor: the image's vulnerabilities) and the scanner's");
            }
            start(Optional.of(overview));
            return Optional.empty();
        }

        private ScanResult judged(ScanOverview overview, List<Vulnerability> findings) {
            Map<VulnerabilitySeverity, Integer> counts = new EnumMap<>(VulnerabilitySeverity.class);
            findings.forEach(finding -> counts.merge(finding.severity(), 1, Integer::sum));
            // Where summary and report differ, neither may hide anything.
            overview.counts().forEach((severity, count) -> counts.merge(severity, count, Math::max));
            List<String> accepted = accepted(findings);
            ScanResult all = new ScanResult(name(), overview.scanner(), threshold, counts, 0, accepted, findings);
            int counting = counts.entrySet().stream()
                    .filter(entry -> entry.getKey().isAtLeast(threshold))
                    .mapToInt(Map.Entry::getValue)
                    .sum();
            int forgiven = (int) findings.stream()
                    .filter(finding -> finding.severity().isAtLeast(threshold) && accepted.contains(finding.id()))
                    .count();
            List<Vulnerability> worstFirst = findings.stream()
                    .sorted(Comparator.comparing((Vulnerability finding) -> !all.blocks(finding))
                            .thenComparing(Vulnerability::severity, Comparator.reverseOrder())
                            .thenComparing(finding -> !finding.isFixable())
                            .thenComparing(Vulnerability::id)
                            .thenComparing(Vulnerability::artifact))
                    .toList();
            return new ScanResult(
                    name(), overview.scanner(), threshold, counts, counting - forgiven, accepted, worstFirst);
        }

        /** Those of the findings that would count, and that somebody has accepted in Harbor. */
        private List<String> accepted(List<Vulnerability> findings) {
            Set<String> counting = findings.stream()
                    .filter(finding -> finding.severity().isAtLeast(threshold))
                    .map(Vulnerability::id)
                    .collect(Collectors.toCollection(TreeSet::new));
            if (!counting.isEmpty()) {
                counting.retainAll(harbor.acceptedVulnerabilities(repository.project(), scheduler.now()));
            }
            return List.copyOf(counting);
        }

        private void await(Optional<ScanOverview> overview) {
            Duration left = Duration.between(scheduler.now(), deadline);
            if (left.isNegative() || left.isZero()) {
                String stand = overview.map(o -> o.percent() + " % done").orElse("it has not begun");
                throw problem(
                        Problem.Kind.TIMED_OUT,
                        "the scan has no result after " + timeout.toSeconds() + " s (" + stand + ")",
                        "Give the scan more time, or look into Harbor's job service and scanner; it goes on, and a new"
                                + " build finds it");
            }
            pause(left.compareTo(pause) < 0 ? left : pause);
            Duration twice = pause.multipliedBy(2);
            pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
        }

        private void pause(Duration delay) {
            CompletableFuture<Void> due = new CompletableFuture<>();
            Scheduler.Cancellable timer = scheduler.after(delay, () -> due.complete(null));
            try {
                due.get();
            } catch (InterruptedException e) {
                timer.cancel();
                Thread.currentThread().interrupt();
                throw problem(Problem.Kind.INTERRUPTED, "the wait was ended", "");
            } catch (ExecutionException e) {
                throw new IllegalStateException("a timer cannot fail", e);
            }
        }

        private String name() {
            return harbor.server() + "/" + repository + "@" + digest;
        }

        private ReleaseException problem(Problem.Kind kind, String reason, String remedy) {
            return new ReleaseException(new Problem(kind, "scan the image", name(), reason, remedy));
        }
    }

    private static int total(Map<VulnerabilitySeverity, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }
}
