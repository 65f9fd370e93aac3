package io.jenkins.plugins.k8srollout.testutil;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.k8srollout.testutil.ScriptedServer.Reply;
import io.jenkins.plugins.k8srollout.testutil.ScriptedServer.Seen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A Harbor in memory: a {@link FakeRegistry}, and the API of the contract, to which it holds both its caller and itself.
 * Faults are written down as rules of its {@link #server}. Thread-safe.
 */
public final class FakeHarbor implements AutoCloseable {
    public static final String USER = "robot$ci";
    public static final String PASSWORD = "s3cr3t-of-harbor";
    /** The rights of a robot account for builds, scans, labels and clean-up. */
    public static final List<String> ALL_RIGHTS = List.of(
            "repository:pull",
            "repository:push",
            "artifact:read",
            "artifact:list",
            "scan:create",
            "artifact-addition:read",
            "label:list",
            "label:create",
            "artifact-label:create",
            "tag:delete",
            "immutable-tag:list",
            "quota:read");

    private static final String REPORT = "application/vnd.security.vulnerability.report; version=1.1";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FakeRegistry registry = new FakeRegistry();
    private final HarborContract contract = new HarborContract();
    private final List<String> violations = new CopyOnWriteArrayList<>();
    private final Set<String> used = new TreeSet<>();
    private final Map<String, Project> projects = new LinkedHashMap<>();
    private final Map<Long, String> labels = new TreeMap<>();
    private final Map<String, Image> images = new LinkedHashMap<>();
    private final Set<String> rights = new LinkedHashSet<>(ALL_RIGHTS);
    private final Set<String> systemRights = new LinkedHashSet<>();
    private final List<ObjectNode> findings = new ArrayList<>();
    private final ObjectNode accepted = JSON.createObjectNode();
    private boolean acceptedForAll = true;
    private String projectCreation = "adminonly";
    private boolean readOnly;
    private boolean projectsHidden;
    private int scanPolls = 2;
    private String scanEnd = "Success";

    private record Project(long id, String name, ObjectNode tree) {}

    private static final class Image {
        private final Set<Long> labels = new LinkedHashSet<>();
        private final Map<String, String> tags = new LinkedHashMap<>(); // name to time
        private final Set<String> immutable = new LinkedHashSet<>();
        private int scans;
        private int polls;
        private String ended = "";
    }

    public FakeHarbor() {
        registry.server().otherwise(this::answer);
    }

    public ScriptedServer server() {
        return registry.server();
    }

    public FakeRegistry registry() {
        return registry;
    }

    public String authority() {
        return registry.authority();
    }

    public HarborContract contract() {
        return contract;
    }

    /** What the client has sent, or this has answered, against the contract. */
    public List<String> violations() {
        return List.copyOf(violations);
    }

    /** The operations that were asked for. */
    public synchronized Set<String> used() {
        return new TreeSet<>(used);
    }

    public synchronized FakeHarbor project(String name, boolean open) {
        return project(name, open, false);
    }

    public synchronized FakeHarbor project(String name, boolean open, boolean proxyCache) {
        long id = projects.size() + 1L;
        ObjectNode tree = JSON.createObjectNode().put("project_id", id).put("name", name);
        tree.putObject("metadata").put("public", String.valueOf(open)).put("auto_scan", "false");
        if (proxyCache) {
            tree.put("registry_id", 1);
        }
        projects.put(name, new Project(id, name, tree));
        return this;
    }

    public synchronized FakeHarbor rights(List<String> only) {
        rights.clear();
        rights.addAll(only);
        return this;
    }

    public synchronized FakeHarbor systemRights(List<String> only) {
        systemRights.clear();
        systemRights.addAll(only);
        return this;
    }

    /** As many robot accounts see it: what they may push to cannot be looked up. */
    public synchronized FakeHarbor hideProjects() {
        projectsHidden = true;
        return this;
    }

    public synchronized FakeHarbor readOnly() {
        readOnly = true;
        return this;
    }

    public synchronized FakeHarbor everybodyCreatesProjects() {
        projectCreation = "everyone";
        return this;
    }

    /** How often a scan is looked at before it ends, and with which status. */
    public synchronized FakeHarbor scans(int polls, String end) {
        scanPolls = polls;
        scanEnd = end;
        return this;
    }

    public synchronized FakeHarbor finding(String id, String severity, String artifact, String version, String fix) {
        ObjectNode finding = JSON.createObjectNode()
                .put("id", id)
                .put("severity", severity)
                .put("package", artifact)
                .put("version", version)
                .put("fix_version", fix);
        finding.putArray("links").add("https://example.com/" + id);
        findings.add(finding);
        return this;
    }

    /** Puts vulnerabilities on the list for all projects, or on each one's own; {@code expires} 0 for never. */
    public synchronized FakeHarbor accepts(boolean forAll, long expires, String... ids) {
        acceptedForAll = forAll;
        accepted.removeAll();
        if (expires > 0) {
            accepted.put("expires_at", expires);
        }
        ArrayNode items = accepted.putArray("items");
        List.of(ids).forEach(id -> items.addObject().put("cve_id", id));
        return this;
    }

    /** An image that was pushed earlier. {@code label} may be empty text for none. */
    public synchronized FakeHarbor image(String repository, String digest, String tag, String time, String label) {
        Image image = images.computeIfAbsent(repository + "@" + digest, k -> new Image());
        image.tags.put(tag, time);
        if (!label.isEmpty()) {
            image.labels.add(labelId(label));
        }
        return this;
    }

    public synchronized FakeHarbor immutable(String repository, String digest, String tag) {
        images.get(repository + "@" + digest).immutable.add(tag);
        return this;
    }

    /** An image that was scanned at that time. */
    public synchronized FakeHarbor scanned(String repository, String digest, String time) {
        Image image = images.computeIfAbsent(repository + "@" + digest, k -> new Image());
        image.scans = 1;
        image.polls = scanPolls;
        image.ended = time;
        return this;
    }

    public synchronized List<String> tags(String repository) {
        List<String> tags = new ArrayList<>();
        images.forEach((name, image) -> {
            if (name.startsWith(repository + "@")) {
                tags.addAll(image.tags.keySet());
            }
        });
        return tags;
    }

    public synchronized List<String> labels(String repository, String digest) {
        return images.get(repository + "@" + digest).labels.stream()
                .map(labels::get)
                .toList();
    }

    public synchronized int scans(String repository, String digest) {
        return images.get(repository + "@" + digest).scans;
    }

    private long labelId(String name) {
        return labels.entrySet().stream()
                .filter(label -> label.getValue().equals(name))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseGet(() -> {
                    labels.put(labels.size() + 1L, name);
                    return (long) labels.size();
                });
    }

    private synchronized Reply answer(Seen request) {
        if (!request.path().startsWith("/api/")) {
            return registry.answer(request);
        }
        HarborContract.Operation operation = contract.of(request).orElse(null);
        if (operation == null) {
            violations.add("no operation of the contract: " + request);
            return error(404, "NOT_FOUND", "no such operation");
        }
        used.add(operation.name());
        violations.addAll(contract.violations(operation, request));
        if (!request.header("Cookie").isEmpty()
                || !request.header("X-Harbor-CSRF-Token").isEmpty()) {
            violations.add(operation.name() + ": a session's header is sent");
        }
        Reply reply = respond(operation, request).header("Set-Cookie", "sid=1; Path=/; HttpOnly");
        if (reply.status() == operation.success() && reply.body().length > 0) {
            violations.addAll(contract.unknownFields(operation, tree(reply.body())));
        }
        return reply;
    }

    private Reply respond(HarborContract.Operation operation, Seen request) {
        boolean loggedIn = request.header("Authorization")
                .equals("Basic "
                        + Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8)));
        List<String> parts = contract.parts(operation, request.path());
        switch (operation.name()) {
            case "getSystemInfo":
                return systemInfo(loggedIn);
            case "getHealth":
                return json(
                        200, "{\"status\":\"healthy\",\"components\":[{\"name\":\"core\",\"status\":\"healthy\"}]}");
            default:
        }
        if (!loggedIn) {
            return error(401, "UNAUTHORIZED", "unauthorized");
        }
        return switch (operation.name()) {
            case "getCurrentUserPermissions" ->
                permissions(HarborContract.query(request).get("scope"));
            case "headProject" ->
                Reply.status(projects.containsKey(HarborContract.query(request).get("project_name")) ? 200 : 404);
            case "listProjects" -> listProjects(request);
            case "createProject" -> createProject(tree(request.body()));
            case "getProject" ->
                project(parts.get(0), p -> json(200, withList(p).toString()));
            case "getSystemCVEAllowlist" -> json(200, (acceptedForAll ? accepted : JSON.createObjectNode()).toString());
            case "getProjectSummary" ->
                project(
                        parts.get(0),
                        p -> json(200, "{\"quota\":{\"hard\":{\"storage\":1000},\"used\":{\"storage\":990}}}"));
            case "ListImmuRules" -> allowed("immutable-tag:list", () -> page(request, List.of(tree("""
                        {"disabled":false,"tag_selectors":[{"decoration":"matches","pattern":"v*"}],
                         "scope_selectors":{"repository":[{"decoration":"repoMatches","pattern":"**"}]}}"""))));
            case "ListLabels" -> allowed("label:list", () -> listLabels(request));
            case "CreateLabel" -> allowed("label:create", () -> createLabel(tree(request.body())));
            case "listArtifacts" -> allowed("artifact:list", () -> listArtifacts(request, repository(parts)));
            default -> ofImage(operation.name(), parts, request);
        };
    }

    private Reply ofImage(String operation, List<String> parts, Seen request) {
        String repository = repository(parts);
        String digest = parts.get(2);
        if (registry.manifest(repository, digest) != null) {
            images.computeIfAbsent(repository + "@" + digest, k -> new Image());
        }
        Image image = images.get(repository + "@" + digest);
        if (image == null) {
            return error(404, "NOT_FOUND", "artifact " + repository + "@" + digest + " not found");
        }
        return switch (operation) {
            case "getArtifact" -> allowed("artifact:read", () -> artifact(image, digest));
            case "scanArtifact" -> allowed("scan:create", () -> scan(image));
            case "getVulnerabilitiesAddition" -> allowed("artifact-addition:read", () -> json(200, report()));
            case "addLabel" -> allowed("artifact-label:create", () -> addLabel(image, tree(request.body())));
            default -> allowed("tag:delete", () -> deleteTag(image, parts.get(3)));
        };
    }

    private static String repository(List<String> parts) {
        return parts.get(0) + "/" + parts.get(1).replace("%2F", "/");
    }

    private Reply systemInfo(boolean loggedIn) {
        ObjectNode info = JSON.createObjectNode().put("auth_mode", "db_auth");
        if (loggedIn) {
            info.put("harbor_version", "v2.12.1-0f2e3d4c")
                    .put("read_only", readOnly)
                    .put("project_creation_restriction", projectCreation);
        }
        return json(200, info.toString());
    }

    private Reply permissions(String scope) {
        ArrayNode list = JSON.createArrayNode();
        for (String right : scope.equals("/system") ? systemRights : rights) {
            list.addObject()
                    .put("resource", right.substring(0, right.indexOf(':')))
                    .put("action", right.substring(right.indexOf(':') + 1));
        }
        return json(200, list.isEmpty() ? "null" : list.toString());
    }

    private Reply project(String name, Function<Project, Reply> found) {
        if (projectsHidden) {
            return error(403, "FORBIDDEN", "forbidden");
        }
        Project project = projects.get(name);
        return project == null ? error(404, "NOT_FOUND", "project " + name + " not found") : found.apply(project);
    }

    private ObjectNode withList(Project project) {
        ObjectNode tree = project.tree().deepCopy();
        ((ObjectNode) tree.path("metadata")).put("reuse_sys_cve_allowlist", String.valueOf(acceptedForAll));
        tree.set("cve_allowlist", acceptedForAll ? JSON.createObjectNode() : accepted);
        return tree;
    }

    private Reply listProjects(Seen request) {
        String name = HarborContract.query(request).getOrDefault("name", "");
        return page(
                request,
                projects.values().stream()
                        .filter(project -> project.name().contains(name))
                        .<JsonNode>map(Project::tree)
                        .toList());
    }

    private Reply createProject(JsonNode body) {
        if (!systemRights.contains("project:create") && !projectCreation.equals("everyone")) {
            return error(403, "FORBIDDEN", "Only system admin can create project");
        }
        String name = body.path("project_name").asText();
        if (projects.containsKey(name)) {
            return error(409, "CONFLICT", "The project named " + name + " already exists");
        }
        project(name, body.path("metadata").path("public").asText().equals("true"));
        ((ObjectNode) projects.get(name).tree().path("metadata"))
                .put("auto_scan", body.path("metadata").path("auto_scan").asText());
        return Reply.status(201).header("Location", "/api/v2.0/projects/" + projects.size());
    }

    private Reply listLabels(Seen request) {
        String name = HarborContract.query(request).getOrDefault("name", "");
        List<JsonNode> found = new ArrayList<>();
        labels.forEach((id, label) -> {
            if (label.contains(name)) {
                found.add(JSON.createObjectNode().put("id", id).put("name", label));
            }
        });
        return page(request, found);
    }

    private Reply createLabel(JsonNode body) {
        String name = body.path("name").asText();
        if (labels.containsValue(name)) {
            return error(409, "CONFLICT", "label " + name + " already exists");
        }
        labelId(name);
        return Reply.status(201);
    }

    private Reply addLabel(Image image, JsonNode body) {
        return image.labels.add(body.path("id").asLong())
                ? Reply.status(200)
                : error(409, "CONFLICT", "label is already added to the artifact");
    }

    private Reply listArtifacts(Seen request, String repository) {
        List<JsonNode> list = new ArrayList<>();
        images.forEach((name, image) -> {
            if (!name.startsWith(repository + "@")) {
                return;
            }
            ObjectNode tree = JSON.createObjectNode().put("digest", name.substring(repository.length() + 1));
            ArrayNode tags = tree.putArray("tags");
            image.tags.forEach((tag, time) -> tags.addObject()
                    .put("name", tag)
                    .put("push_time", time)
                    .put("immutable", image.immutable.contains(tag)));
            ArrayNode names = tree.putArray("labels");
            image.labels.forEach(id -> names.addObject().put("name", labels.get(id)));
            list.add(tree);
        });
        return page(request, list);
    }

    private Reply artifact(Image image, String digest) {
        ObjectNode tree = JSON.createObjectNode().put("digest", digest);
        if (image.scans > 0) {
            boolean over = image.polls++ >= scanPolls;
            ObjectNode overview = tree.putObject("scan_overview").putObject(REPORT);
            overview.put("report_id", "report-" + image.scans)
                    .put("scan_status", over ? scanEnd : "Running")
                    .put("complete_percent", over ? 100 : 40)
                    .put("end_time", image.ended.isEmpty() ? "2026-01-01T00:00:00.000Z" : image.ended);
            overview.putObject("scanner").put("name", "Trivy").put("version", "v0.58.0");
            if (over && scanEnd.equals("Success")) {
                Map<String, Integer> counts = new TreeMap<>();
                findings.forEach(f -> counts.merge(f.path("severity").asText(), 1, Integer::sum));
                ObjectNode summary = overview.putObject("summary").putObject("summary");
                counts.forEach(summary::put);
            }
        }
        return json(200, tree.toString());
    }

    private Reply scan(Image image) {
        if (image.scans > 0 && image.polls < scanPolls) {
            return error(409, "CONFLICT", "a previous scan process is running");
        }
        image.scans++;
        image.polls = 0;
        image.ended = "";
        return Reply.status(202);
    }

    private String report() {
        ObjectNode report = JSON.createObjectNode();
        report.putObject(REPORT).putArray("vulnerabilities").addAll(findings);
        return report.toString();
    }

    private Reply deleteTag(Image image, String tag) {
        if (image.immutable.contains(tag)) {
            return error(412, "PRECONDITION", "the tag " + tag + " is matched by the immutable rule");
        }
        return image.tags.remove(tag) == null ? error(404, "NOT_FOUND", "tag not found") : Reply.status(200);
    }

    private Reply allowed(String right, Supplier<Reply> work) {
        return rights.contains(right) ? work.get() : error(403, "FORBIDDEN", "forbidden");
    }

    private static Reply page(Seen request, List<JsonNode> all) {
        Map<String, String> query = HarborContract.query(request);
        int page = Integer.parseInt(query.getOrDefault("page", "1"));
        int size = Integer.parseInt(query.getOrDefault("page_size", "10"));
        ArrayNode list = JSON.createArrayNode();
        all.stream().skip((page - 1L) * size).limit(size).forEach(list::add);
        return json(200, list.toString()).header("X-Total-Count", String.valueOf(all.size()));
    }

    /** As Harbor answers refusals. */
    public static Reply error(int status, String code, String message) {
        ObjectNode body = JSON.createObjectNode();
        body.putArray("errors").addObject().put("code", code).put("message", message);
        return json(status, body.toString());
    }

    private static Reply json(int status, String content) {
        return Reply.status(status).json(content);
    }

    private static JsonNode tree(byte[] content) {
        return tree(new String(content, StandardCharsets.UTF_8));
    }

    private static JsonNode tree(String content) {
        try {
            return JSON.readTree(content);
        } catch (IOException e) {
            throw new UncheckedIOException("no JSON: " + content, e);
        }
    }

    @Override
    public void close() {
        registry.close();
    }
}
