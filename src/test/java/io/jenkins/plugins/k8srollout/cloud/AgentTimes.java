package io.jenkins.plugins.k8srollout.cloud;

import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.TaskListener;
import hudson.remoting.Channel;
import hudson.slaves.ComputerListener;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How long agents take, noted as each connects. A test makes it an extension. */
abstract class AgentTimes extends ComputerListener {
    private final List<Time> times = new ArrayList<>();

    private record Time(long sinceQueued, long sinceRequested) {}

    @Override
    public void preOnline(Computer c, Channel channel, FilePath root, TaskListener listener) {
        if (c instanceof AgentPodComputer own && own.getNode() != null) {
            long now = System.currentTimeMillis();
            synchronized (times) {
                times.add(new Time(
                        now - own.getNode().queuedAt(), now - own.getNode().requestedAt()));
            }
        }
    }

    /** How many have connected. */
    int agents() {
        synchronized (times) {
            return times.size();
        }
    }

    /** @param cap so many agents did not have to wait for others to go */
    String report(int cap) {
        synchronized (times) {
            List<Time> first = times.subList(0, Math.min(cap, times.size()));
            return String.format(
                    "agents %d; queue to online %s, of the first %d %s; pod asked for to online %s",
                    times.size(),
                    figures(times.stream().map(Time::sinceQueued).toList()),
                    first.size(),
                    figures(first.stream().map(Time::sinceQueued).toList()),
                    figures(times.stream().map(Time::sinceRequested).toList()));
        }
    }

    private static String figures(List<Long> millis) {
        List<Long> sorted = millis.stream().sorted(Comparator.naturalOrder()).toList();
        return "median " + sorted.get(sorted.size() / 2) + " ms, p95 " + sorted.get((sorted.size() - 1) * 95 / 100)
                + " ms";
    }
}
