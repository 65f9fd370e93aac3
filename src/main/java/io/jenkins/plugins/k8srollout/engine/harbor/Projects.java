package io.jenkins.plugins.k8srollout.engine.harbor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.k8srollout.engine.http.HttpAnswer;
import io.jenkins.plugins.k8srollout.engine.http.HttpCall;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Projects with what is set for them. Thread-safe. */
final class Projects {
    private static final String PROJECTS = HarborApi.ROOT + "/projects";
    private static final String BY_NAME = "X-Is-Resource-Name";

    private final HarborApi api;

    Projects(HarborApi api) {
        this.api = api;
    }

    /** Nothing if there is none; a problem if there is one that the user may not see. */
    Optional<HarborProject> find(String name) {
        HttpCall call = byName("", name, "look up the project");
        HttpAnswer answer = api.send(call);
        if (answer.status() == HarborApi.NOT_FOUND) {
            return Optional.empty();
        }
        // Many robot accounts may push to a project and not read it; its number is in the list of all.
        if (answer.status() == HarborApi.FORBIDDEN) {
            return exists(name) ? Optional.of(listed(name, call, answer)) : Optional.empty();
        }
        api.require(answer, call, HarborRight.READ_PROJECT);
        return Optional.of(project(api.json(answer, call), call));
    }

    private boolean exists(String name) {
        HttpCall call =
                new HttpCall("HEAD", PROJECTS + "?project_name=" + encoded(name), "look for the project", api.in(name));
        HttpAnswer answer = api.send(call);
        if (answer.status() == HarborApi.NOT_FOUND) {
            return false;
        }
        api.require(answer, call, HarborRight.READ_PROJECT);
        return true;
    }

    private HarborProject listed(String name, HttpCall refused, HttpAnswer refusal) {
        HttpCall call = new HttpCall(
                "GET", PROJECTS + "?with_detail=false&name=" + encoded(name), "look for the project", api.in(name));
        return api.list(call, HarborRight.READ_PROJECT).stream()
                .filter(tree -> tree.path("name").asText().equals(name))
                .findFirst()
                .map(tree -> project(tree, call))
                .orElseThrow(() -> HarborErrors.of(refusal, refused, api.port().who(), HarborRight.READ_PROJECT));
    }

    /** Those that the user can see. */
    List<HarborProject> all() {
        HttpCall call = new HttpCall(
                "GET",
                PROJECTS + "?with_detail=false",
                "list the projects",
                api.port().server());
        return api.list(call, HarborRight.READ_PROJECT).stream()
                .map(tree -> project(tree, call))
                .toList();
    }

    /** False if somebody else was faster, or an answer was lost on the way. */
    boolean create(String name, boolean open, boolean autoScan) {
        ObjectNode metadata = HarborApi.mapper()
                .createObjectNode()
                .put("public", String.valueOf(open))
                .put("auto_scan", String.valueOf(autoScan));
        ObjectNode body = HarborApi.mapper().createObjectNode().put("project_name", name);
        body.set("metadata", metadata);
        HttpCall call =
                new HttpCall("POST", PROJECTS, "create the project", api.in(name)).sending(HarborApi.bytes(body));
        HttpAnswer answer = api.send(call);
        if (answer.status() == HarborApi.CONFLICT) {
            return false;
        }
        api.require(answer, call, HarborRight.CREATE_PROJECT);
        return true;
    }

    /** Nothing where the user may not see it, or nobody has set one. */
    Optional<ProjectQuota> quota(HarborProject project) {
        HttpCall call = byName("/summary", project.name(), "read the project's quota");
        return allowed(() -> api.get(call, HarborRight.READ_QUOTA))
                .map(tree -> tree.path("quota"))
                .filter(quota -> quota.path("hard").has("storage"))
                .map(quota -> new ProjectQuota(
                        quota.path("hard").path("storage").asLong(),
                        quota.path("used").path("storage").asLong()));
    }

    /** Those in force; nothing where the user may not see them. */
    Optional<List<ImmutableRule>> immutableRules(HarborProject project) {
        HttpCall base = byName("/immutabletagrules", project.name(), "read the rules of immutable tags");
        return allowed(() -> api.list(base.to(base.target() + "?sort=id"), HarborRight.LIST_IMMUTABLE_RULES))
                .map(rules -> rules.stream()
                        .filter(rule -> !rule.path("disabled").asBoolean())
                        .map(rule -> new ImmutableRule(
                                patterns(rule.path("scope_selectors").path("repository")),
                                patterns(rule.path("tag_selectors"))))
                        .toList());
    }

    Set<String> accepted(String name, Instant now) {
        HttpCall own = byName("", name, "read the project's accepted vulnerabilities");
        HttpCall ofAll = new HttpCall(
                "GET",
                HarborApi.ROOT + "/system/CVEAllowlist",
                "read the accepted vulnerabilities",
                api.port().server());
        return allowed(() -> {
                    JsonNode project = api.get(own, HarborRight.READ_PROJECT);
                    // Unless a project says otherwise, the list for all counts, and its own does not.
                    boolean itsOwn = project.path("metadata")
                            .path("reuse_sys_cve_allowlist")
                            .asText()
                            .equals("false");
                    return itsOwn ? project.path("cve_allowlist") : api.get(ofAll, HarborRight.READ_PROJECT);
                })
                .map(list -> ids(list, now))
                .orElse(Set.of());
    }

    private static Set<String> ids(JsonNode list, Instant now) {
        JsonNode end = list.path("expires_at");
        Set<String> ids = new TreeSet<>();
        if (!end.isIntegralNumber() || now.getEpochSecond() < end.asLong()) {
            list.path("items").forEach(item -> ids.add(item.path("cve_id").asText()));
        }
        return ids;
    }

    private static String patterns(JsonNode selectors) {
        List<String> texts = new ArrayList<>();
        for (JsonNode selector : selectors) {
            boolean excludes = selector.path("decoration")
                    .asText()
                    .toLowerCase(Locale.ROOT)
                    .endsWith("excludes");
            texts.add((excludes ? "not matching " : "matching ")
                    + selector.path("pattern").asText());
        }
        return texts.isEmpty() ? "matching **" : String.join(" and ", texts);
    }

    private static <T> Optional<T> allowed(Supplier<T> question) {
        try {
            return Optional.of(question.get());
        } catch (ReleaseException e) {
            if (e.problem().kind() != Problem.Kind.NOT_PERMITTED) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private HttpCall byName(String below, String name, String attempted) {
        return new HttpCall("GET", PROJECTS + "/" + encoded(name) + below, attempted, api.in(name))
                .with(BY_NAME, "true");
    }

    private static HarborProject project(JsonNode tree, HttpCall call) {
        JsonNode metadata = tree.path("metadata");
        return new HarborProject(
                HarborApi.number(tree, "project_id", call),
                tree.path("name").asText(),
                metadata.path("public").asText().equals("true"),
                metadata.path("auto_scan").asText().equals("true"),
                tree.path("registry_id").asLong() > 0);
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8);
    }
}
