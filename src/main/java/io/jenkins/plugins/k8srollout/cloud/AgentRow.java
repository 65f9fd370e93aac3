package io.jenkins.plugins.k8srollout.cloud;

import hudson.Util;
import io.jenkins.plugins.k8srollout.engine.agent.AgentPods;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.List;
import jenkins.model.Jenkins;

/** One agent on the cloud's page. An ordinary class, because Jelly reads it by its getters. */
public final class AgentRow {
    private final String name;
    private final String template;
    private final String state;
    private final String age;

    private AgentRow(AgentPods.View view) {
        this.name = view.agent();
        this.template = view.limits().template();
        this.state = view.status().toString();
        this.age = Util.getTimeSpanString(
                Math.max(0, System.currentTimeMillis() - view.since().toEpochMilli()));
    }

    static List<AgentRow> of(AgentPodCloud cloud) {
        try {
            return AgentRooms.get().pods(cloud).views().stream()
                    .filter(v -> v.limits().cloud().equals(cloud.name))
                    .map(AgentRow::new)
                    .toList();
        } catch (ReleaseException e) {
            return List.of(); // the page tells the trouble
        }
    }

    public String getName() {
        return name;
    }

    public String getTemplate() {
        return template;
    }

    public String getState() {
        return state;
    }

    public String getAge() {
        return age;
    }

    /** Below the root; empty text for an agent that Jenkins does not list any more. */
    public String getUrl() {
        return Jenkins.get().getComputer(name) == null ? "" : "computer/" + Util.rawEncode(name) + "/";
    }
}
