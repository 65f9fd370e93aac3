package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * No node takes the pod. While an autoscaler has announced a node, or lower pods are being preempted, that is only a
 * wait.
 */
final class SchedulingCheck implements PodCheck {
    /** What cluster-autoscaler says of a pod for which it makes a node. */
    static final String TRIGGERED = "TriggeredScaleUp";
    /** What it says of one for which it can make none. */
    static final String REFUSED = "NotTriggerScaleUp";
    /** The cause of a pod that finds no node. */
    static final String UNSCHEDULABLE = "Unschedulable";
    /** The cause of one for which a node is being made. */
    static final String WAITING = "WaitingForNode";

    // cluster-autoscaler, Karpenter and the node instant scaling of Alibaba Cloud, in this order
    private static final List<String> SCALE_UP = List.of(TRIGGERED, "Nominated", "ProvisionNode");

    @Override
    public Optional<Diagnosis> check(PodView view) {
        return Conditions.isFalse(view.pod(), "PodScheduled").map(c -> judge(view, c));
    }

    private static Diagnosis judge(PodView view, KubeObject condition) {
        String message = Conditions.message(condition);
        if (Conditions.reason(condition).equals("SchedulingGated")) {
            return Diagnosis.open(view.cause(
                    Health.Weight.WAITING,
                    "SchedulingGated",
                    "a scheduling gate holds the pod back: " + message,
                    "See who must remove it: spec.schedulingGates"));
        }
        Instant since = EventView.time(condition, "lastTransitionTime").orElse(view.created());
        if (message.contains("persistentvolumeclaim") && message.contains("not found")) {
            return Diagnosis.from(
                    since.plus(view.policy().missing()),
                    view.now(),
                    view.cause(
                            Health.Weight.FATAL,
                            "VolumeClaimMissing",
                            message,
                            "Create the PersistentVolumeClaim in the pod's namespace, or correct its name"));
        }
        if (message.contains("unbound immediate PersistentVolumeClaims")) {
            return Diagnosis.from(
                    since.plus(view.policy().scheduling()),
                    view.now(),
                    view.cause(
                            Health.Weight.FATAL,
                            "VolumeUnbound",
                            message,
                            "See why the claim gets no volume: its storage class, size and access mode"));
        }
        return room(view, message, since);
    }

    private static Diagnosis room(PodView view, String message, Instant since) {
        Optional<EventView> announced = SCALE_UP.stream()
                .flatMap(reason -> view.newest(reason).stream())
                .findFirst();
        String remedy = remedy(message);
        if (announced.isPresent()) {
            return scaleUp(view, announced.get(), remedy);
        }
        if (view.pod().has("status", "nominatedNodeName")) {
            return Diagnosis.open(view.cause(
                    Health.Weight.WAITING,
                    "Preempting",
                    "pods of lower priority make room on node "
                            + view.pod().text("status", "nominatedNodeName").orElse(""),
                    ""));
        }
        String refused = view.newest(REFUSED).map(e -> "; " + e.message()).orElse("");
        return Diagnosis.from(
                since.plus(view.policy().scheduling()),
                view.now(),
                view.cause(Health.Weight.THRESHOLD, UNSCHEDULABLE, message + refused, remedy));
    }

    private static Diagnosis scaleUp(PodView view, EventView announced, String remedy) {
        Instant limit = announced.last().plus(view.policy().scaleUp());
        Health.Weight weight = view.now().isBefore(limit) ? Health.Weight.WAITING : Health.Weight.THRESHOLD;
        return Diagnosis.from(
                limit,
                view.now(),
                view.cause(weight, WAITING, "a node is being added: " + announced.message(), remedy));
    }

    private static String remedy(String message) {
        if (message.contains("Insufficient")) {
            return "Lower the pod's requests, or add nodes with more room";
        }
        if (message.contains("affinity") || message.contains("selector")) {
            return "Correct nodeSelector and affinity, or label a node accordingly";
        }
        if (message.contains("taint")) {
            return "Add a toleration to the pod, or remove the taint from a node";
        }
        if (message.contains("ports")) {
            return "Another pod holds the host port; drop hostPort, or roll out with maxSurge 0";
        }
        return "See what the nodes lack: kubectl describe pod";
    }
}
