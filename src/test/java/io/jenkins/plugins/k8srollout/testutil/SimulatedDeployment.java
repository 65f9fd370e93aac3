package io.jenkins.plugins.k8srollout.testutil;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;

/**
 * A Deployment, its controller and its pods, one small step at a time in any order. The controller counts as
 * kubernetes/kubernetes: pkg/controller/deployment/{rolling,sync}.go do, also when it is scaled.
 */
public final class SimulatedDeployment {
    private static final long NEVER_AVAILABLE = Integer.MAX_VALUE - 1;

    private final List<Set> sets = new ArrayList<>();
    private final Predicate<Object> broken;
    private KubeObject object;

    /** A ReplicaSet. */
    private static final class Set {
        final Object template;
        final List<Pod> pods = new ArrayList<>();
        int replicas;
        int desired;
        int most;
        boolean everAvailable = true;

        Set(Object template) {
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
        boolean broken;

        Pod(boolean broken) {
            this.broken = broken;
        }
    }

    /**
     * A ReplicaSet as the cluster would show it.
     *
     * @param template its pod template
     * @param newest whether it is that of the Deployment's present template
     * @param ready of its pods, from the first
     */
    public record Shown(Object template, boolean newest, int replicas, int ready) {}

    public List<Shown> shown() {
        return sets.stream()
                .map(s -> new Shown(s.template, s == newest(), s.pods.size(), s.ready()))
                .toList();
    }

    public int available() {
        return sets.stream().mapToInt(Set::available).sum();
    }

    /** Rolled out, all pods ready. */
    public SimulatedDeployment(KubeObject object) {
        this(object, template -> false);
    }

    /** @param broken whether pods of a template never become ready */
    public SimulatedDeployment(KubeObject object, Predicate<Object> broken) {
        this.object = object;
        this.broken = broken;
        Set set = new Set(template());
        set.replicas = replicas();
        set.desired = replicas();
        set.most = replicas() + surge();
        sets.add(set);
        kubelets();
        set.pods.forEach(p -> p.ready = !p.broken);
    }

    public KubeObject live() {
        return object;
    }

    public void apply(KubeObject desired) {
        object = desired;
    }

    public void scale(int replicas) {
        object = object.with(replicas, "spec", "replicas");
    }

    public int ready() {
        return sets.stream().mapToInt(Set::ready).sum();
    }

    public int newPods() {
        return newest() == null ? 0 : newest().pods.size();
    }

    public int newReady() {
        return newest() == null ? 0 : newest().ready();
    }

    public int oldPods() {
        return sets.stream()
                .filter(s -> s != newest())
                .mapToInt(s -> s.pods.size())
                .sum();
    }

    public int pods() {
        return sets.stream().mapToInt(s -> s.pods.size()).sum();
    }

    /** The pods of the newest template are not ready any more, and never will be. */
    public void breakDown() {
        newest().pods.forEach(p -> {
            p.ready = false;
            p.broken = true;
        });
    }

    /** One pod is evicted; its ReplicaSet makes another. Whether there was one that was ready. */
    public boolean evict(Random random) {
        List<Set> serving = sets.stream().filter(s -> s.ready() > 0).toList();
        if (serving.isEmpty()) {
            return false;
        }
        Set set = serving.get(random.nextInt(serving.size()));
        set.pods.remove(set.pods.stream().filter(p -> p.ready).findFirst().orElseThrow());
        return true;
    }

    /** What happens next in the cluster: the controller looks, kubelets start and stop pods, or one becomes ready. */
    public void happen(Random random) {
        switch (random.nextInt(3)) {
            case 0 -> control();
            case 1 -> kubelets();
            default -> becomeReady(random);
        }
    }

    /** All of it until nothing changes any more. */
    public void settle(Random random) {
        for (int quiet = 0; quiet < 60; quiet++) {
            String before = toString();
            happen(random);
            quiet = before.equals(toString()) ? quiet : 0;
        }
    }

    private void kubelets() {
        for (Set set : sets) {
            while (set.pods.size() < set.replicas) {
                set.pods.add(new Pod(broken.test(set.template)));
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
                .filter(p -> !p.ready && !p.broken)
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

    private Object template() {
        return object.find("spec", "template").orElseThrow();
    }

    private int replicas() {
        return (int) object.numberOr(1, "spec", "replicas");
    }

    private boolean everAvailable() {
        return object.numberOr(0, "spec", "minReadySeconds") < NEVER_AVAILABLE;
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
