package io.jenkins.plugins.k8srollout.engine.strategy;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A Deployment, its controller and its pods, one small step at a time in any order. The controller counts as
 * kubernetes/kubernetes: pkg/controller/deployment/{rolling,sync}.go do, also when it is scaled.
 */
final class SimulatedDeployment {
    private final List<Set> sets = new ArrayList<>();
    private KubeObject object;

    /** A ReplicaSet. */
    private static final class Set {
        final String template;
        final List<Pod> pods = new ArrayList<>();
        int replicas;
        int desired;
        int most;
        boolean everAvailable = true;

        Set(String template) {
            this.template = template;
        }

        int available() {
            return everAvailable ? ready() : 0;
        }

        int ready() {
            return (int) pods.stream().filter(p -> p.ready).count();
        }
    }

    private static final class Pod {
        boolean ready;
    }

    /** Rolled out, all pods ready. */
    SimulatedDeployment(KubeObject object) {
        this.object = object;
        Set set = new Set(template());
        set.replicas = replicas();
        set.desired = replicas();
        set.most = replicas() + surge();
        sets.add(set);
        kubelets();
        set.pods.forEach(p -> p.ready = true);
    }

    KubeObject live() {
        return object;
    }

    void apply(KubeObject desired) {
        object = desired;
    }

    void scale(int replicas) {
        object = object.with(replicas, "spec", "replicas");
    }

    int ready() {
        return sets.stream().mapToInt(Set::ready).sum();
    }

    int newPods() {
        return newest() == null ? 0 : newest().pods.size();
    }

    int newReady() {
        return newest() == null ? 0 : newest().ready();
    }

    int oldPods() {
        return sets.stream()
                .filter(s -> s != newest())
                .mapToInt(s -> s.pods.size())
                .sum();
    }

    int pods() {
        return sets.stream().mapToInt(s -> s.pods.size()).sum();
    }

    /** One pod is evicted; its ReplicaSet makes another. Whether there was one that was ready. */
    boolean evict(Random random) {
        List<Set> serving = sets.stream().filter(s -> s.ready() > 0).toList();
        if (serving.isEmpty()) {
            return false;
        }
        Set set = serving.get(random.nextInt(serving.size()));
        set.pods.remove(set.pods.stream().filter(p -> p.ready).findFirst().orElseThrow());
        return true;
    }

    /** What happens next in the cluster: the controller looks, kubelets start and stop pods, or one becomes ready. */
    void happen(Random random) {
        switch (random.nextInt(3)) {
            case 0 -> control();
            case 1 -> kubelets();
            default -> becomeReady(random);
        }
    }

    /** All of it until nothing changes any more. */
    void settle(Random random) {
        for (int quiet = 0; quiet < 60; quiet++) {
            String before = toString();
            happen(random);
            quiet = before.equals(toString()) ? quiet : 0;
        }
    }

    private void kubelets() {
        for (Set set : sets) {
            while (set.pods.size() < set.replicas) {
                set.pods.add(new Pod());
            }
            set.pods.sort(Comparator.comparing(p -> !p.ready)); // unready pods go first
            while (set.pods.size() > set.replicas) {
                set.pods.remove(set.pods.size() - 1);
            }
        }
    }

    private void becomeReady(Random random) {
        List<Pod> starting = sets.stream()
                .flatMap(s -> s.pods.stream())
                .filter(p -> !p.ready)
                .toList();
        if (!starting.isEmpty()) {
            starting.get(random.nextInt(starting.size())).ready = true;
        }
    }

    // ---- the controller

    private void control() {
        boolean scaled = sets.stream().anyMatch(s -> s.replicas > 0 && s.desired != replicas());
        if (scaled || object.flag("spec", "paused")) {
            scaleInProportion();
            return;
        }
        Set set = newest();
        if (set == null) {
            set = new Set(template());
            sets.add(set);
            set.everAvailable = everAvailable();
            resize(set, Math.min(replicas() + surge() - total(), replicas()));
            return;
        }
        set.everAvailable = everAvailable();
        if (set.replicas != replicas()) {
            int room = replicas() + surge() - total();
            int wanted =
                    room <= 0 ? set.replicas : set.replicas + Math.min(room, Math.max(0, replicas() - set.replicas));
            if (set.replicas > replicas()) {
                wanted = replicas();
            }
            if (wanted != set.replicas) {
                resize(set, wanted);
                return;
            }
        }
        scaleOldDown(set);
    }

    private void scaleOldDown(Set set) {
        int least = replicas() - unavailable();
        int most = total() - least - (set.replicas - set.available());
        if (most <= 0 || total() == set.replicas) {
            return;
        }
        int cleaned = 0;
        for (Set old : old()) {
            int sick = Math.min(most - cleaned, old.replicas - old.available());
            if (sick > 0) {
                resize(old, old.replicas - sick);
                cleaned += sick;
            }
        }
        int spare = sets.stream().mapToInt(Set::available).sum() - least;
        for (Set old : old()) {
            int down = Math.min(old.replicas, spare);
            if (down > 0) {
                resize(old, old.replicas - down);
                spare -= down;
            }
        }
    }

    private void scaleInProportion() {
        List<Set> active =
                new ArrayList<>(sets.stream().filter(s -> s.replicas > 0).toList());
        if (active.size() == 1) {
            resize(active.get(0), replicas());
            return;
        }
        int allowed = replicas() == 0 ? 0 : replicas() + surge();
        int add = allowed - total();
        Comparator<Set> age = Comparator.comparingInt(sets::indexOf);
        active.sort(Comparator.comparingInt((Set s) -> s.replicas)
                .reversed()
                .thenComparing(add > 0 ? age.reversed() : age));
        int added = 0;
        List<Integer> sizes = new ArrayList<>();
        for (Set set : active) {
            int part = replicas() == 0
                    ? -set.replicas
                    : (int) Math.round((double) set.replicas * (replicas() + surge()) / set.most) - set.replicas;
            int left = add - added;
            part = add == 0 || left == 0 ? 0 : add > 0 ? Math.min(part, left) : Math.max(part, left);
            added += part;
            sizes.add(set.replicas + part);
        }
        for (int i = 0; i < active.size(); i++) {
            resize(active.get(i), Math.max(0, sizes.get(i) + (i == 0 ? add - added : 0)));
        }
    }

    private void resize(Set set, int replicas) {
        set.replicas = Math.max(0, replicas);
        set.desired = replicas();
        set.most = replicas() + surge();
    }

    private List<Set> old() {
        return sets.stream().filter(s -> s != newest() && s.replicas > 0).toList();
    }

    private Set newest() {
        return sets.stream()
                .filter(s -> s.template.equals(template()))
                .findFirst()
                .orElse(null);
    }

    private int total() {
        return sets.stream().mapToInt(s -> s.replicas).sum();
    }

    // ---- what the Deployment asks for

    private String template() {
        return object.text("spec", "template").orElseThrow();
    }

    private int replicas() {
        return (int) object.numberOr(1, "spec", "replicas");
    }

    private boolean everAvailable() {
        return object.numberOr(0, "spec", "minReadySeconds") < DeploymentHold.NEVER_AVAILABLE;
    }

    private int surge() {
        return scaled("maxSurge", true);
    }

    private int unavailable() {
        int value = scaled("maxUnavailable", false);
        return surge() == 0 && value == 0 ? 1 : Math.min(value, replicas());
    }

    private int scaled(String field, boolean up) {
        Object value = object.find("spec", "strategy", "rollingUpdate", field).orElse("25%");
        if (value instanceof Long number) {
            return number.intValue();
        }
        double part = Double.parseDouble(value.toString().replace("%", "")) * replicas() / 100;
        return (int) (up ? Math.ceil(part) : Math.floor(part));
    }

    @Override
    public String toString() {
        List<Map<String, Integer>> shown = sets.stream()
                .map(s -> Map.of("replicas", s.replicas, "pods", s.pods.size(), "ready", s.ready()))
                .toList();
        return shown.toString();
    }
}
