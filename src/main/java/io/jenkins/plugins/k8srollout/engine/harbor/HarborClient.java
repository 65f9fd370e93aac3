package io.jenkins.plugins.k8srollout.engine.harbor;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.k8srollout.engine.http.HttpAnswer;
import io.jenkins.plugins.k8srollout.engine.http.HttpCall;
import io.jenkins.plugins.k8srollout.engine.http.HttpPort;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Vulnerability;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The calls of Harbor's API v2.0 that are in use, typed. Thread-safe; each method makes the calling thread wait. All of
 * them can be repeated: what a first try has done is found done by the second. Failures are {@link ReleaseException}s
 * with Harbor's own words; a right that is missing is named.
 *
 * @see <a href="https://github.com/goharbor/harbor/blob/main/api/v2.0/swagger.yaml">Harbor's description of its API</a>
 */
public final class HarborClient {
    private static final String SYSTEM = "/system";

    private final HarborApi api;
    private final Projects projects;
    private final Artifacts artifacts;
    private final Labels labels;

    /** @param port stays the caller's to close */
    public HarborClient(HttpPort port) {
        this.api = new HarborApi(port);
        this.projects = new Projects(api);
        this.artifacts = new Artifacts(api);
        this.labels = new Labels(api);
    }

    /** Host with optional port. */
    public String server() {
        return api.port().server();
    }

    /** Fit for messages: {@code user 'robot$shop'}. */
    public String who() {
        return api.port().who();
    }

    /** What Harbor says of itself; nothing if the registry is another one. */
    public Optional<HarborInfo> info() {
        HttpCall call = new HttpCall("GET", HarborApi.ROOT + "/systeminfo", "ask Harbor for its version", server());
        HttpAnswer answer = api.send(call);
        if (!answer.succeeded() && answer.status() < 500) {
            return Optional.empty();
        }
        JsonNode tree;
        try {
            tree = HarborApi.mapper()
                    .readTree(
                            api.require(answer, call, HarborRight.READ_PROJECT).content());
        } catch (IOException e) {
            return Optional.empty(); // some server's page
        }
        if (tree == null || !tree.has("auth_mode")) {
            return Optional.empty();
        }
        return Optional.of(new HarborInfo(
                tree.path("harbor_version").asText(""),
                tree.path("read_only").asBoolean(),
                tree.path("project_creation_restriction").asText().equals("everyone")));
    }

    /** The same where it must be one. */
    public HarborInfo requireHarbor() {
        return info().orElseThrow(() -> new ReleaseException(new Problem(
                Problem.Kind.NOT_FOUND,
                "ask Harbor for its version",
                server(),
                "the registry answers, but not as a Harbor of version 2.0 or later",
                "Leave out what only Harbor can do (projects, scans, labels, clean-up), or name Harbor's own host")));
    }

    public HarborHealth health() {
        HttpCall call = new HttpCall("GET", HarborApi.ROOT + "/health", "ask Harbor how it is", server());
        JsonNode tree = api.get(call, HarborRight.READ_PROJECT);
        List<String> unwell = new ArrayList<>();
        for (JsonNode component : tree.path("components")) {
            if (!component.path("status").asText().equals("healthy")) {
                unwell.add(component.path("name").asText() + ": "
                        + component.path("error").asText("unhealthy"));
            }
        }
        return new HarborHealth(tree.path("status").asText().equals("healthy"), unwell);
    }

    /**
     * The project; nothing if there is none.
     *
     * @throws ReleaseException (not permitted) if there is one that the user may not even see in a list
     */
    public Optional<HarborProject> project(String name) {
        return projects.find(name);
    }

    /** Those that the user can see. */
    public List<HarborProject> projects() {
        return projects.all();
    }

    /** @return false if there is one of that name already */
    public boolean createProject(String name, boolean open, boolean autoScan) {
        return projects.create(name, open, autoScan);
    }

    /** Nothing where none is set, or the user may not see it. */
    public Optional<ProjectQuota> quota(HarborProject project) {
        return projects.quota(project);
    }

    /** Those in force; nothing where the user may not see them. */
    public Optional<List<ImmutableRule>> immutableRules(HarborProject project) {
        return projects.immutableRules(project);
    }

    /**
     * What the user may do in a project, of what is known here.
     *
     * @throws ReleaseException (not permitted) if Harbor does not accept the login
     */
    public Set<HarborRight> rights(HarborProject project) {
        return permissions("/project/" + project.id(), api.in(project.name()));
    }

    /**
     * Whether the user may create projects.
     *
     * @throws ReleaseException (not permitted) if Harbor does not accept the login
     */
    public boolean mayCreateProjects(HarborInfo info) {
        boolean granted = permissions(SYSTEM, server()).contains(HarborRight.CREATE_PROJECT);
        // Where everybody may, that means people: robots need the right, which those of one project cannot have.
        boolean robot = api.port().user().map(name -> name.startsWith("robot$")).orElse(true);
        return granted || info.everybodyCreatesProjects() && !robot;
    }

    /** Whether requests are sent with a user and password. */
    public boolean isLoggedIn() {
        return api.port().user().isPresent();
    }

    private Set<HarborRight> permissions(String scope, String object) {
        HttpCall call = new HttpCall(
                "GET",
                HarborApi.ROOT + "/users/current/permissions?scope=" + scope + "&relative=true",
                "ask Harbor for the rights of " + who(),
                object);
        Set<HarborRight> rights = EnumSet.noneOf(HarborRight.class);
        for (JsonNode permission : api.get(call, HarborRight.READ_PROJECT)) {
            rights.addAll(HarborRight.named(
                    permission.path("resource").asText(),
                    permission.path("action").asText()));
        }
        return rights;
    }

    /** An image with its scan; nothing if there is none. */
    public Optional<HarborArtifact> artifact(HarborRepository repository, String digest) {
        return artifacts.find(repository, digest);
    }

    /** All images of a repository with tags and labels, the newest first. */
    public List<HarborArtifact> artifacts(HarborRepository repository) {
        return artifacts.all(repository);
    }

    /** Has an image scanned; returns at once. */
    public void scan(HarborRepository repository, String digest) {
        artifacts.scan(repository, digest);
    }

    /** What the latest scan has found; nothing if there is no report yet. */
    public Optional<List<Vulnerability>> findings(HarborRepository repository, String digest) {
        return artifacts.findings(repository, digest);
    }

    /**
     * Vulnerabilities that somebody has accepted for a project, in its own list or the one for all: Harbor's CVE
     * allowlists. None where the user may not read the project, or the list has expired.
     */
    public Set<String> acceptedVulnerabilities(String project, Instant now) {
        return projects.accepted(project, now);
    }

    /** Attaches a label of the project, which is made if there is none. */
    public void label(HarborProject project, HarborRepository repository, String digest, String label) {
        labels.attach(repository, digest, labels.ensure(project, label));
    }

    /** Takes a tag away; the image stays. */
    public void deleteTag(HarborRepository repository, String digest, String tag) {
        artifacts.deleteTag(repository, digest, tag);
    }
}
