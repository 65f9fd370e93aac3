package io.jenkins.plugins.k8srollout.engine.harbor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.k8srollout.engine.http.HttpAnswer;
import io.jenkins.plugins.k8srollout.engine.http.HttpCall;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/** Labels of a project, and what they are attached to. Thread-safe. */
final class Labels {
    /** The longest name that Harbor takes. */
    static final int LONGEST = 128;

    private static final String LABELS = HarborApi.ROOT + "/labels";
    private static final String OF_PROJECT = "p";

    private final HarborApi api;

    Labels(HarborApi api) {
        this.api = api;
    }

    /** The label's number; it is made if there is none. */
    long ensure(HarborProject project, String name) {
        OptionalLong there = find(project, name);
        if (there.isPresent()) {
            return there.getAsLong();
        }
        ObjectNode body = HarborApi.mapper()
                .createObjectNode()
                .put("name", name)
                .put("scope", OF_PROJECT)
                .put("project_id", project.id());
        HttpCall call = new HttpCall("POST", LABELS, "create the label " + name, api.in(project.name()))
                .sending(HarborApi.bytes(body));
        HttpAnswer answer = api.send(call);
        // Another build may have been faster, or an answer was lost on the way.
        if (answer.status() != HarborApi.CONFLICT) {
            api.require(answer, call, HarborRight.CREATE_LABEL);
        }
        return find(project, name)
                .orElseThrow(() -> HarborApi.failed(
                        call, "Harbor has taken it and does not list it", "Look into Harbor's log (harbor-core)"));
    }

    private OptionalLong find(HarborProject project, String name) {
        HttpCall call = new HttpCall(
                "GET",
                LABELS + "?scope=" + OF_PROJECT + "&project_id=" + project.id() + "&name="
                        + URLEncoder.encode(name, StandardCharsets.UTF_8),
                "look for the label " + name,
                api.in(project.name()));
        // Harbor also lists labels whose names only contain the one that is asked for.
        for (JsonNode label : api.list(call, HarborRight.LIST_LABELS)) {
            if (label.path("name").asText().equals(name)) {
                return OptionalLong.of(HarborApi.number(label, "id", call));
            }
        }
        return OptionalLong.empty();
    }

    /** That it is attached already is as good. */
    void attach(HarborRepository repository, String digest, long label) {
        ObjectNode body = HarborApi.mapper().createObjectNode().put("id", label);
        HttpCall call = new HttpCall(
                        "POST",
                        Artifacts.path(repository, digest) + "/labels",
                        "label the image",
                        api.in(repository + "@" + digest))
                .sending(HarborApi.bytes(body));
        HttpAnswer answer = api.send(call);
        if (answer.status() != HarborApi.CONFLICT) {
            api.require(answer, call, HarborRight.ATTACH_LABEL);
        }
    }

    /** @throws ReleaseException (refused input) if Harbor would not take the name */
    static String checked(String name) {
        if (name.isBlank() || name.length() > LONGEST) {
            throw ReleaseException.refused(
                    "label the image",
                    name.length() > LONGEST ? name.substring(0, LONGEST) + "…" : name,
                    name.isBlank() ? "the label is empty" : "the label has " + name.length() + " characters",
                    "Harbor takes 1 to " + LONGEST);
        }
        return name;
    }
}
