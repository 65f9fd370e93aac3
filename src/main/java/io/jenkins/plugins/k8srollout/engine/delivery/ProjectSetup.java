package io.jenkins.plugins.k8srollout.engine.delivery;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.event.ProgressText;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborClient;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborInfo;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborOptions;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborProject;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborRepository;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborRight;
import io.jenkins.plugins.k8srollout.engine.harbor.ImmutableRule;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Has a project be there and checks that the login can do there what is wanted, before anything is built. A project
 * that exists is never changed: it is somebody's, and its settings are theirs.
 */
public final class ProjectSetup {
    private final HarborClient harbor;
    private final HarborOptions options;
    private final ProgressSink sink;

    public ProjectSetup(HarborClient harbor, HarborOptions options, ProgressSink sink) {
        this.harbor = harbor;
        this.options = options;
        this.sink = sink;
    }

    /** @throws ReleaseException with all that is missing */
    public HarborProject run(HarborRepository repository) {
        HarborInfo info = harbor.requireHarbor();
        if (info.readOnly()) {
            throw problem(
                    Problem.Kind.REJECTED,
                    repository.project(),
                    "Harbor is in read-only mode",
                    "Wait until an administrator ends it");
        }
        HarborProject project = project(repository.project());
        if (project.proxyCache()) {
            throw problem(
                    Problem.Kind.REJECTED,
                    project.name(),
                    "the project is a proxy cache, which takes no images",
                    "Push to another project");
        }
        checkRights(project);
        report(project);
        return project;
    }

    private HarborProject project(String name) {
        boolean open = options.creation() == HarborOptions.Creation.PUBLIC;
        Optional<HarborProject> there = harbor.project(name);
        if (there.isPresent()) {
            compare(there.get(), open);
            return there.get();
        }
        if (options.creation() == HarborOptions.Creation.NONE) {
            throw problem(
                    Problem.Kind.NOT_FOUND,
                    name,
                    "there is no such project",
                    "Have it created (createProject, or --create-project), create it in Harbor, or correct the image's"
                            + " name");
        }
        if (harbor.createProject(name, open, options.autoScan())) {
            say(
                    Finding.Severity.INFO,
                    "created the " + (open ? "public" : "private") + " project " + name
                            + (options.autoScan() ? ", which scans what is pushed" : ""));
        }
        return harbor.project(name)
                .orElseThrow(() ->
                        problem(Problem.Kind.FAILED, name, "Harbor has created it and does not find it", "Try again"));
    }

    private void compare(HarborProject there, boolean open) {
        if (options.creation() != HarborOptions.Creation.NONE && there.open() != open) {
            say(
                    Finding.Severity.WARNING,
                    "the project " + there.name() + " exists and is " + (there.open() ? "public" : "private")
                            + "; that is left as it is");
        }
        if (options.autoScan() && !there.autoScan()) {
            say(
                    Finding.Severity.WARNING,
                    "the project " + there.name() + " exists and does not scan what is pushed; that is left as it is");
        }
    }

    private void checkRights(HarborProject project) {
        Set<HarborRight> needed = new LinkedHashSet<>(List.of(HarborRight.PULL, HarborRight.PUSH));
        needed.addAll(options.needs());
        needed.removeAll(harbor.rights(project));
        if (!needed.isEmpty()) {
            throw problem(
                    Problem.Kind.NOT_PERMITTED,
                    project.name(),
                    harbor.who() + " lacks rights there: "
                            + needed.stream().map(HarborRight::words).collect(Collectors.joining(", ")),
                    "Grant them (Harbor: the robot account's permissions, or the user's role in the project), or leave out"
                            + " what needs them");
        }
    }

    private void report(HarborProject project) {
        harbor.immutableRules(project)
                .filter(rules -> !rules.isEmpty())
                .ifPresent(rules -> say(
                        Finding.Severity.INFO,
                        "the project " + project.name() + " never lets these mean another image once pushed: "
                                + rules.stream().map(ImmutableRule::toString).collect(Collectors.joining("; "))));
        harbor.quota(project)
                .filter(quota -> quota.isNearlyFull())
                .ifPresent(quota -> say(
                        Finding.Severity.WARNING,
                        "the project " + project.name() + " has used " + ProgressText.size(quota.used()) + " of "
                                + ProgressText.size(quota.limit())));
    }

    private void say(Finding.Severity severity, String text) {
        sink.accept(new ProgressEvent.Notice(severity, text));
    }

    private ReleaseException problem(Problem.Kind kind, String project, String reason, String remedy) {
        return new ReleaseException(
                new Problem(kind, "prepare the Harbor project", harbor.server() + "/" + project, reason, remedy));
    }
}
