package io.jenkins.plugins.k8srollout.engine.harbor;

import java.util.Arrays;
import java.util.List;

/** A right that something here needs, in the words of Harbor's permissions. */
public enum HarborRight {
    PULL("repository", "pull"),
    PUSH("repository", "push"),
    READ_PROJECT("project", "read"),
    READ_ARTIFACT("artifact", "read"),
    LIST_ARTIFACTS("artifact", "list"),
    START_SCAN("scan", "create"),
    READ_FINDINGS("artifact-addition", "read"),
    LIST_LABELS("label", "list"),
    CREATE_LABEL("label", "create"),
    ATTACH_LABEL("artifact-label", "create"),
    DELETE_TAG("tag", "delete"),
    LIST_IMMUTABLE_RULES("immutable-tag", "list"),
    READ_QUOTA("quota", "read"),
    /** Of the whole Harbor, not of a project. */
    CREATE_PROJECT("project", "create");

    private final String resource;
    private final String action;

    HarborRight(String resource, String action) {
        this.resource = resource;
        this.action = action;
    }

    String resource() {
        return resource;
    }

    String action() {
        return action;
    }

    /** As Harbor's page of a robot account has it: {@code repository: push}. */
    public String words() {
        return resource + ": " + action;
    }

    /** The right that Harbor names so, among those known here. */
    static List<HarborRight> named(String resource, String action) {
        return Arrays.stream(values())
                .filter(right -> right.resource.equals(resource) && right.action.equals(action))
                .toList();
    }
}
