package io.jenkins.plugins.k8srollout.engine.release;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a few independent clients have seen.
 *
 * @param cookie the affinity cookie's name
 * @param clients one for each client
 */
public record StickinessReport(String cookie, List<Client> clients) {

    /**
     * One client's requests, in order.
     *
     * @param values the cookie's value after each request; empty text where the client had none
     * @param pods who answered, as the answer itself says; empty text where it does not say
     * @param statuses the HTTP status of each answer
     */
    public record Client(List<String> values, List<String> pods, List<Integer> statuses) {
        public Client {
            values = List.copyOf(values);
            pods = List.copyOf(pods);
            statuses = List.copyOf(statuses);
        }

        // What comes before the first cookie was chosen freely; sticking begins with the request that carries it.
        private Set<String> distinctPods() {
            return pods.stream().filter(p -> !p.isEmpty()).collect(Collectors.toCollection(LinkedHashSet::new));
        }
    }

    public StickinessReport {
        clients = List.copyOf(clients);
    }

    /** Why sessions do not stick; empty if they do. */
    public Optional<String> fault() {
        for (int i = 0; i < clients.size(); i++) {
            Client client = clients.get(i);
            String who = "client " + (i + 1) + " of " + clients.size() + " ";
            Optional<Integer> broken =
                    client.statuses().stream().filter(s -> s == 404 || s >= 500).findFirst();
            if (broken.isPresent()) {
                return Optional.of(who + "was answered with HTTP status " + broken.get());
            }
            if (client.values().contains("")) {
                return Optional.of(who + "was not given a cookie named " + cookie);
            }
            if (Set.copyOf(client.values()).size() > 1) {
                return Optional.of(who + "was given another value of the cookie " + cookie + " although it sent one");
            }
            if (client.distinctPods().size() > 1) {
                return Optional.of(who + "was answered by " + String.join(", ", client.distinctPods()));
            }
        }
        return Optional.empty();
    }

    /** The pods that answered, as far as answers say. */
    public Set<String> pods() {
        return clients.stream().flatMap(c -> c.distinctPods().stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    /** One line for the log. */
    public String summary() {
        int requests = clients.stream().mapToInt(c -> c.values().size()).sum();
        long values =
                clients.stream().flatMap(c -> c.values().stream()).distinct().count();
        String spread = pods().isEmpty()
                ? values + " different values of the cookie " + cookie + " (the answers do not name their pods)"
                : pods().size() + " pods: " + String.join(", ", pods());
        return clients.size() + " clients, " + requests + " requests, each client kept its cookie; " + spread;
    }
}
