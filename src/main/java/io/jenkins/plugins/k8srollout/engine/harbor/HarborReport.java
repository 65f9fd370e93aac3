package io.jenkins.plugins.k8srollout.engine.harbor;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a login can do in a Harbor, for whoever sets one up.
 *
 * @param mayCreateProjects whether projects can be created on demand
 * @param projects that the login sees, with its rights; of very many only the first
 * @param omitted how many projects were not looked at
 */
public record HarborReport(
        HarborInfo info, HarborHealth health, boolean mayCreateProjects, List<InProject> projects, int omitted) {
    private static final int MOST_PROJECTS = 20;

    public HarborReport {
        projects = List.copyOf(projects);
    }

    /** Work that a login may be used for, and the rights it takes. */
    public enum Work {
        BUILD(HarborRight.PULL, HarborRight.PUSH),
        SCAN(HarborRight.READ_ARTIFACT, HarborRight.START_SCAN, HarborRight.READ_FINDINGS),
        LABEL(HarborRight.LIST_LABELS, HarborRight.CREATE_LABEL, HarborRight.ATTACH_LABEL),
        CLEAN_UP(
                HarborRight.LIST_ARTIFACTS,
                HarborRight.DELETE_TAG,
                HarborRight.LIST_LABELS,
                HarborRight.CREATE_LABEL,
                HarborRight.ATTACH_LABEL);

        private final Set<HarborRight> needs;

        Work(HarborRight... needs) {
            this.needs = EnumSet.copyOf(List.of(needs));
        }
    }

    /** @param rights those known here that the login has */
    public record InProject(HarborProject project, Set<HarborRight> rights) {
        public InProject {
            rights = Set.copyOf(rights);
        }

        /** What is missing for some work; empty if nothing is. */
        public List<HarborRight> missing(Work work) {
            return work.needs.stream().filter(right -> !rights.contains(right)).toList();
        }

        /** The work that is possible. */
        public List<Work> possible() {
            return Arrays.stream(Work.values())
                    .filter(work -> missing(work).isEmpty())
                    .toList();
        }
    }

    /**
     * Asks Harbor; nothing if the registry is another one.
     *
     * @throws ReleaseException (not permitted) if Harbor does not accept the login
     */
    public static Optional<HarborReport> of(HarborClient harbor) {
        Optional<HarborInfo> info = harbor.info();
        return info.map(known -> of(harbor, known));
    }

    private static HarborReport of(HarborClient harbor, HarborInfo info) {
        if (!harbor.isLoggedIn()) {
            return new HarborReport(info, health(harbor), false, List.of(), 0);
        }
        boolean mayCreate = harbor.mayCreateProjects(info);
        List<HarborProject> seen = harbor.projects();
        List<InProject> projects = new ArrayList<>();
        for (HarborProject project : seen.subList(0, Math.min(MOST_PROJECTS, seen.size()))) {
            projects.add(new InProject(project, harbor.rights(project)));
        }
        return new HarborReport(info, health(harbor), mayCreate, projects, seen.size() - projects.size());
    }

    // Some hide the page of health; what it would say is not worth a failure.
    private static HarborHealth health(HarborClient harbor) {
        try {
            return harbor.health();
        } catch (ReleaseException e) {
            if (e.problem().kind() == Problem.Kind.UNREACHABLE || e.problem().kind() == Problem.Kind.INTERRUPTED) {
                throw e;
            }
            return new HarborHealth(true, List.of());
        }
    }
}
